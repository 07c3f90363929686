"""How fast the bytes of feeds become finished entries: `python -m tests.bench.digest [FEEDS]`.

Prints what one core does of each kind of feed in a farm, what each step takes of it, and what the
libraries alone would take. All times are of the processor, the best of several rounds, so that
other programs on the machine count as little as they can.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import nh3
from selectolax.lexbor import LexborHTMLParser

from feedhub import excerpt, html, language, parse, urls
from feedhub.dedupe.traits import traits_of
from feedhub.html.flat import flat
from feedhub.model import Document, Entry, RawFeed, Rules
from feedhub.normalize import normalize
from feedhub.parse.characters import read_utf8
from feedhub.parse.digest import digest
from feedhub.parse.parser import by_long_way, parsed
from feedhub.parse.skeleton import skeleton
from tests.bench import farm
from tests.samples import TUESDAY, source

ROUNDS = 5
SOURCE = source()
RULES = Rules()

say = sys.stdout.write


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The documents of some feeds and what they come to, step by step."""

    documents: Sequence[Document]
    raw: Sequence[RawFeed]
    entries: Sequence[Entry]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Sample":
        raw = [parse.read([each], SOURCE) for each in documents]
        entries = [
            entry for each in raw for entry in normalize(each, SOURCE, RULES, now=TUESDAY).entries
        ]
        return cls(documents=documents, raw=raw, entries=entries)

    @property
    def size(self) -> int:
        return sum(len(each.body) for each in self.documents)

    def contents(self) -> list[str]:
        """The longest text of each entry."""
        items = (entry for each in self.raw for entry in each.entries)
        return [text.value for each in items if (text := each.content or each.summary)]


def documents(count: int) -> dict[str, list[Document]]:
    """The feeds of a farm that are not broken, by kind."""
    words = farm.vocabularies()
    found: dict[str, list[Document]] = {}
    for feed in farm.feeds(count):
        address = f"https://kyla.example.fi/{feed.path}"
        document = Document(address=address, body=farm.render(feed, words, 1))
        found.setdefault(feed.kind, []).append(document)
    found.pop("broken", None)
    return found


def best(work: Callable[[], object]) -> float:
    """The fewest seconds that it took."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def digested(sample: Sample) -> None:
    for each in sample.documents:
        digest([each], SOURCE, RULES, TUESDAY)


def steps(sample: Sample) -> dict[str, Callable[[], object]]:
    """Each step alone, what is within another one indented."""
    bodies = [each.body for each in sample.documents]
    xml = [utf8 for each in bodies if not (utf8 := read_utf8(each)).startswith(b"{")]
    short = [skeleton(each).xml for each in xml]
    resolve = partial(urls.absolute, base="https://kyla.example.fi/")
    contents, entries = sample.contents(), sample.entries
    texts = [html.text(each) for each in contents]
    spoken = [each.language for each in entries]
    lines = [flat(each.content_html) for each in entries]
    return {
        "parse": lambda: [parse.read([each], SOURCE) for each in sample.documents],
        "  decode": lambda: [read_utf8(each) for each in bodies],
        "  hold back": lambda: [skeleton(each) for each in xml],
        "  ask feedparser": lambda: [parsed(each) for each in short],
        "normalize": lambda: [normalize(each, SOURCE, RULES, now=TUESDAY) for each in sample.raw],
        "  clean contents": lambda: [html.digest(each, resolve=resolve) for each in contents],
        "  recognise languages": lambda: [
            language.settle((tag, None, None), text, fallback="fi")
            for tag, text in zip(spoken, texts, strict=True)
        ],
        "  cut excerpts": lambda: [excerpt.automatic(each) for each in texts],
        "tell traits": lambda: list(map(traits_of, entries, lines)),
    }


def floors(sample: Sample) -> dict[str, Callable[[], object]]:
    """What the libraries take when nothing of ours is done."""
    contents = sample.contents()
    utf8 = [read_utf8(each.body) for each in sample.documents]
    short = [skeleton(each).xml for each in utf8 if not each.startswith(b"{")]
    return {
        "feedparser, long texts held back": lambda: [by_long_way(each) for each in short],
        "nh3, once a content": lambda: [nh3.clean(each) for each in contents],
        "selectolax, parse and write": lambda: [_written(each) for each in contents],
    }


def _written(markup: str) -> str | None:
    body = LexborHTMLParser(markup).body
    return body.html if body is not None else None


def main() -> None:
    found = documents(int(sys.argv[1]) if sys.argv[1:] else 100)
    say(f"{'kind':12}{'feeds':>7}{'entries':>9}{'kB each':>9}{'entries/s a core':>18}\n")
    for kind, given in found.items():
        _row(kind, Sample.of(given))
    whole = Sample.of([each for given in found.values() for each in given])
    seconds = _row("all", whole)
    count = len(whole.entries)
    for title, works in (("step", steps(whole)), ("library", floors(whole))):
        say(f"\n{title:34}{'us an entry':>12}{'share':>8}\n")
        for name, work in works.items():
            taken = best(work)
            say(f"{name:34}{taken / count * 1e6:12.0f}{taken / seconds:8.0%}\n")


def _row(name: str, sample: Sample) -> float:
    seconds, count = best(partial(digested, sample)), len(sample.entries)
    each = sample.size / count / 1e3
    say(f"{name:12}{len(sample.documents):7}{count:9}{each:9.1f}{count / seconds:18.0f}\n")
    return seconds


if __name__ == "__main__":
    main()
