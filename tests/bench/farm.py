"""A farm of feeds, the same for the same seed: 70 % WordPress RSS with full content, 20 % Atom,
5 % RDF, 3 % JSON Feed and 2 % broken, in Finnish, English and the Sámi languages, on 50 hosts.

`python -m tests.bench.farm FOLDER [FEEDS]` writes it; `race.py` serves it and lets programs run.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from pathlib import Path

HOSTS = 50
NEWEST = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TEXTS = Path(__file__).parents[1]

KINDS = ("wordpress",) * 70 + ("atom",) * 20 + ("rdf",) * 5 + ("json",) * 3 + ("broken",) * 2
SUFFIXES = {"wordpress": "rss", "atom": "atom", "rdf": "rdf", "json": "json", "broken": "rss"}


@dataclass(frozen=True, slots=True)
class Size:
    """How many entries a feed has, and how many half paragraphs an entry: from, to."""

    entries: tuple[int, int] = (6, 24)
    paragraphs: tuple[int, int] = (12, 50)


FULL = Size()


class Dice:
    """Numbers that only the seed and the order of asking decide."""

    def __init__(self, *seed: object) -> None:
        self._seed = repr(seed)
        self._count = 0

    def below(self, limit: int) -> int:
        self._count += 1
        digest = blake2b(f"{self._seed}{self._count}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % limit

    def between(self, pair: tuple[int, int]) -> int:
        return pair[0] + self.below(pair[1] - pair[0] + 1)

    def one(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]


@dataclass(frozen=True, slots=True)
class Item:
    """One story of a feed; `paragraphs` are plain text."""

    address: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    categories: tuple[str, ...]

    @property
    def markup(self) -> str:
        picture = f'<img src="{self.address}kuva.jpg" width="800" height="600" alt="Kuva" />'
        first, *rest = self.paragraphs
        link = f'<a href="{self.address}?utm_source=feed">{escape(self.title)}</a>'
        blocks = [f'<figure class="wp-block-image">{picture}</figure>', f"<p>{escape(first)}</p>"]
        blocks += [f'<p class="has-text">{escape(each)}</p>' for each in rest]
        return "\n".join([*blocks, f"<p>{link}</p>", "<ul><li>yksi</li><li>kaksi</li></ul>"])

    @property
    def beginning(self) -> str:
        return " ".join(" ".join(self.paragraphs).split()[:55]) + " [&#8230;]"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the farm: what kind it is and where it lies."""

    number: int
    kind: str

    @property
    def host(self) -> int:
        return self.number % HOSTS

    @property
    def path(self) -> str:
        return f"{self.number}/feed.{SUFFIXES[self.kind]}"


def feeds(count: int) -> list[Feed]:
    """The feeds of a farm of this size; the kinds are spread evenly."""
    return [Feed(number, KINDS[number * 37 % len(KINDS)]) for number in range(count)]


def write(folder: Path, count: int, *, seed: int = 1, size: Size = FULL) -> int:
    """Write every feed below `folder`/HOST/; returns the bytes written."""
    words = vocabularies()
    return sum(_put(folder, feed, render(feed, words, seed, size=size)) for feed in feeds(count))


def change(
    folder: Path, count: int, share: float, *, seed: int = 1, size: Size = FULL
) -> list[Feed]:
    """Give every so-manieth feed a new story at its top; returns those that were changed."""
    words = vocabularies()
    changed = [each for each in feeds(count) if each.kind != "broken"][:: round(1 / share)]
    for feed in changed:
        _put(folder, feed, render(feed, words, seed, more=1, size=size))
    return changed


def _put(folder: Path, feed: Feed, body: bytes) -> int:
    path = folder / str(feed.host) / feed.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return len(body)


def vocabularies() -> dict[str, list[str]]:
    """Words of each language, from our own phrases."""
    phrases = tomllib.loads((TEXTS / "language" / "phrases.toml").read_text("utf-8"))
    return {name: phrases[name].split() for name in ("fi", "en", "sv", "se", "smn", "sms")}


def render(
    feed: Feed, words: dict[str, list[str]], seed: int, more: int = 0, *, size: Size = FULL
) -> bytes:
    """The document; `more` stories are new at its top."""
    dice = Dice(seed, feed.number)
    language = dice.one(("fi", "fi", "fi", "fi", "en", "en", "sv", "se", "smn", "sms"))
    items = list(_items(feed, words[language], dice, size))
    newer = list(_items(feed, words[language], Dice(seed, feed.number, "more"), size))[:more]
    fresh = [
        Item(f"{each.address}uusi/", each.title, each.paragraphs, NEWEST, ()) for each in newer
    ]
    return _WRITERS[feed.kind](feed, language, [*fresh, *items])


def _items(feed: Feed, words: Sequence[str], dice: Dice, size: Size) -> Iterator[Item]:
    published = NEWEST - timedelta(minutes=dice.below(40 * 24 * 60))
    for number in range(dice.between(size.entries)):
        title = _sentence(words, dice, (4, 9)).rstrip(".")
        paragraphs = [
            " ".join(_sentence(words, dice, (6, 16)) for _ in range(4))
            for _ in range(dice.between(size.paragraphs) // 2)
        ]
        address = f"https://partner{feed.number}.example.fi/{published:%Y/%m/%d}/{number}/"
        categories = (dice.one(words), dice.one(words))
        yield Item(address, title, tuple(paragraphs), published, categories)
        published -= timedelta(minutes=30 + dice.below(5 * 24 * 60))


def _sentence(words: Sequence[str], dice: Dice, length: tuple[int, int]) -> str:
    chosen = [dice.one(words) for _ in range(dice.between(length))]
    return " ".join(chosen).capitalize() + "."


def _wordpress(feed: Feed, language: str, items: Sequence[Item]) -> bytes:
    body = "".join(
        f"<item><title>{escape(each.title)}</title><link>{each.address}</link>"
        f"<dc:creator><![CDATA[Toimitus]]></dc:creator>"
        f"<pubDate>{format_datetime(each.published)}</pubDate>"
        + "".join(f"<category><![CDATA[{name}]]></category>" for name in each.categories)
        + f'<guid isPermaLink="false">https://partner{feed.number}.example.fi/?p={number}</guid>'
        f"<description><![CDATA[<p>{each.beginning}</p>]]></description>"
        f"<content:encoded><![CDATA[{each.markup}]]></content:encoded></item>\n"
        for number, each in enumerate(reversed(items))
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>Kumppani {feed.number}</title><link>https://partner{feed.number}.example.fi</link>
<description>Uutisia</description><language>{language}</language>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>
{body}</channel></rss>""".encode()


def _atom(feed: Feed, language: str, items: Sequence[Item]) -> bytes:
    body = "".join(
        f"<entry><title>{escape(each.title)}</title><id>{each.address}</id>"
        f'<link rel="alternate" type="text/html" href="{each.address}"/>'
        f"<published>{each.published:%Y-%m-%dT%H:%M:%SZ}</published>"
        f"<updated>{each.published:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<content type="html">{escape(each.markup)}</content></entry>\n'
        for each in items
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}"><title>Kumppani {feed.number}</title>
<id>https://partner{feed.number}.example.fi/</id><updated>{NEWEST:%Y-%m-%dT%H:%M:%SZ}</updated>
<link href="https://partner{feed.number}.example.fi/"/><author><name>Toimitus</name></author>
{body}</feed>""".encode()


def _rdf(feed: Feed, language: str, items: Sequence[Item]) -> bytes:
    body = "".join(
        f'<item rdf:about="{each.address}"><title>{escape(each.title)}</title>'
        f"<link>{each.address}</link><dc:date>{each.published:%Y-%m-%dT%H:%M:%SZ}</dc:date>"
        f"<content:encoded>{escape(each.markup)}</content:encoded></item>\n"
        for each in items
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="https://partner{feed.number}.example.fi/"><title>Kumppani {feed.number}</title>
<link>https://partner{feed.number}.example.fi/</link><description>Uutisia</description>
<dc:language>{language}</dc:language></channel>
{body}</rdf:RDF>""".encode()


def _json(feed: Feed, language: str, items: Sequence[Item]) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Kumppani {feed.number}",
        "home_page_url": f"https://partner{feed.number}.example.fi/",
        "language": language,
        "items": [
            {
                "id": each.address,
                "url": each.address,
                "title": each.title,
                "content_html": each.markup,
                "date_published": f"{each.published:%Y-%m-%dT%H:%M:%SZ}",
                "tags": each.categories,
            }
            for each in items
        ],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _broken(feed: Feed, language: str, items: Sequence[Item]) -> bytes:
    """Cut off, not well-formed, a web page, or nothing, in turn."""
    whole = _wordpress(feed, language, items)
    page = b"<!doctype html><html><body>Huoltokatko</body></html>"
    faults = (whole[: len(whole) // 2], whole.replace(b"</title>", b"", 3), page, b"")
    return faults[feed.number // len(KINDS) % len(faults)]


_WRITERS = {
    "wordpress": _wordpress,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "broken": _broken,
}

if __name__ == "__main__":
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    sys.stdout.write(f"{write(Path(sys.argv[1]), size):,} bytes\n")
