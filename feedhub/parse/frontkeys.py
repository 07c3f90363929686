"""What an article's front matter says -> the fields of a raw entry (pure).

Its writers are no programmers: keys may be Finnish, Swedish or English, in any case. A key that is
not known does not keep the article back, since a site generator's keys stand in many files; but it
is told, since a misspelt `excerpt` would else have no effect and no cause. What cannot be understood
as a draft or not is a draft: an article that waits is mended more easily than one that went out.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, filterfalse, islice
from urllib.parse import quote

from feedhub import dates
from feedhub.model import Author, Fault, RawEntry, Text, Translation
from feedhub.parse.frontmatter import Value

MAX_NAMES = 100
"""Authors, categories, topics or translations of one article."""

# Every key with the names that it goes by; the first is its own. Of several the first one counts.
_KEYS = {
    "id": ("id", "guid", "uuid", "tunniste"),
    "title": ("title", "otsikko", "rubrik", "titel", "tittel"),
    "date": (
        *("date", "published", "publish date", "publishdate", "pubdate", "date published"),
        *("päivä", "päiväys", "päivämäärä", "pvm", "julkaistu", "julkaisupäivä"),
        *("datum", "publicerad", "publicerat", "publiceringsdatum", "dato"),
    ),
    "updated": (
        *("updated", "modified", "lastmod", "last modified", "date modified"),
        *("päivitetty", "muokattu", "uppdaterad", "uppdaterat", "ändrad"),
    ),
    "language": ("language", "lang", "locale", "kieli", "språk"),
    "topics": ("topics", "topic", "aiheet", "aihe", "ämnen", "ämne"),
    "categories": (
        *("categories", "category", "tags", "tag", "keywords"),
        *("kategoriat", "kategoria", "tunnisteet", "avainsanat", "asiasanat"),
        *("kategorier", "kategori", "taggar", "etiketter", "nyckelord"),
    ),
    "authors": (
        *("authors", "author", "by", "byline", "kirjoittajat", "kirjoittaja", "tekijät", "tekijä"),
        *("toimittaja", "författare", "skribent", "skribenter"),
    ),
    "excerpt": (
        *("excerpt", "summary", "description", "abstract", "lead", "ingress"),
        *("ote", "tiivistelmä", "ingressi", "kuvaus", "sammanfattning", "utdrag", "beskrivning"),
    ),
    "image": ("image", "cover", "picture", "featured image", "kuva", "bild"),
    "url": ("url", "canonical", "canonical url", "link", "osoite", "linkki", "länk", "adress"),
    "draft": ("draft", "luonnos", "utkast"),
    "status": ("status", "tila"),
    "translations": ("translations", "käännökset", "översättningar"),
}
KEYS = {name: key for key, names in _KEYS.items() for name in names}

_ORDER = {name: number for number, name in enumerate(KEYS)}

# Keys of site generators and note books that mean nothing here and need no word.
_ELSEWHERE = frozenset(
    {
        *("aliases", "comments", "cssclass", "cssclasses", "featured", "layout", "math", "menu"),
        *("permalink", "pin", "pinned", "redirect from", "robots", "series", "sidebar", "sitemap"),
        *("slug", "subtitle", "template", "toc", "type", "weight"),
    }
)

_YES = frozenset({"true", "yes", "on", "1", "kyllä", "kylla", "ja", "joo"})
_NO = frozenset({"false", "no", "off", "0", "ei", "nej", "nei"})
_SLUG = re.compile(r"(?i)[a-z0-9]+(?:-[a-z0-9]+)*")
_DRAFTS = frozenset({"draft", "luonnos", "kesken", "utkast", "kladd"})


@dataclass(frozen=True, slots=True)
class _Given:
    """One key as it was found: the name used, its value, and its line, 0 when it has none."""

    name: str
    value: Value
    line: int


class FrontKeys:
    """What stands above one article. `faults` tells what has no effect, and why."""

    def __init__(self, document: str) -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._given: dict[str, list[_Given]] = {}

    def add(self, values: Mapping[str, Value], lines: Mapping[str, int]) -> None:
        """Take the keys of the front matter."""
        for name, value in values.items():
            key, line = KEYS.get(_folded(name)), lines.get(name, 0)
            if key:
                self._given.setdefault(key, []).append(_Given(name, value, line))
            elif _folded(name) not in _ELSEWHERE:
                self._unknown(name, line)
        for found in self._given.values():
            found.sort(key=lambda each: _ORDER[_folded(each.name)])

    def add_facts(self, facts: Mapping[str, str]) -> None:
        """Take what the file says of itself in other ways, where the front matter is silent."""
        for key, value in facts.items():
            self._given.setdefault(key, [_Given(key, value, 0)])

    def entry(self) -> RawEntry:
        """An entry of all that is known, without a text."""
        title, excerpt, topics = (
            self._text("title"),
            self._text("excerpt"),
            [*self._names("topics")],
        )
        return RawEntry(
            id=self._text("id"),
            url=self._url(),
            title=Text(value=title, kind="text") if title else None,
            summary=Text(value=excerpt, kind="text") if excerpt else None,
            published=self._date("date"),
            updated=self._date("updated"),
            authors=tuple(self._authors()),
            # The title of a topic finds it as a category does.
            categories=(*self._names("categories"), *filterfalse(_SLUG.fullmatch, topics)),
            topics=tuple(each.lower() for each in topics),
            language=self._text("language"),
            image=self._image(),
            translations=tuple(self._translations()),
            draft=self._is_draft(),
            local=True,
            document=self._document,
        )

    def _note(self, given: _Given, code: str, wrong: str, remedy: str) -> None:
        self.faults.append(note(self._document, given.line, code, f"{given.name}: {wrong}", remedy))

    def _unknown(self, name: str, line: int) -> None:
        close = get_close_matches(_folded(name), KEYS, n=1, cutoff=0.75)
        remedy = (
            f'Did you mean "{close[0]}"?' if close else "Remove it, if it was meant for feedhub."
        )
        self._note(
            _Given(name[:60], "", line), "unknown-key", "this key has no effect here", remedy
        )

    def _text(self, key: str) -> str | None:
        """The one value of a key."""
        for given in self._given.get(key, ()):
            values = given.value if isinstance(given.value, list) else [given.value]
            if len(values) != 1 or not isinstance(values[0], str):
                self._note(given, "bad-value", "this has to be one value", "Write key: value.")
            elif values[0].strip():
                return values[0].strip()
        return None

    def _names(self, key: str) -> Iterator[str]:
        """All names in a list, or in one value with commas."""
        found = chain.from_iterable(self._list(given, ",;\n") for given in self._given.get(key, ()))
        names = (each.strip().removeprefix("#") for each in found if isinstance(each, str))
        return islice(filter(None, names), MAX_NAMES)

    def _list(self, given: _Given, marks: str) -> list[Value]:
        if isinstance(given.value, str):
            return [*re.split(f"[{marks}]", given.value)]
        if isinstance(given.value, list):
            return given.value
        self._note(given, "bad-value", "this has to be a list", "Write key: [one, another].")
        return []

    def _date(self, key: str) -> str | None:
        for given in self._given.get(key, ()):
            written = given.value.strip() if isinstance(given.value, str) else ""
            if not written or written.casefold() in _YES | _NO:
                continue
            if dates.read_date(written, timezone="UTC") is None:
                wrong = "this date cannot be read, so the article counts as new today"
                self._note(given, "bad-date", wrong, "Write it like 2026-11-24 or 24.11.2026.")
            return written
        return None

    def _is_draft(self) -> bool:
        found = [*self._given.get("draft", ())]
        draft = any(self._is_yes(given) for given in found)
        status = self._text("status") or ""
        withheld = (
            str(given.value).strip().casefold() in _NO for given in self._given.get("date", ())
        )
        return draft or status.casefold() in _DRAFTS or any(withheld)

    def _is_yes(self, given: _Given) -> bool:
        word = str(given.value).strip().casefold()
        if word not in _YES | _NO:
            wrong = "this is neither true nor false, so the article counts as a draft"
            self._note(given, "bad-value", wrong, "Write draft: true, or remove the line.")
        return word not in _NO

    def _url(self) -> str | None:
        url = self._text("url")
        if url is None or url.lower().startswith(("http://", "https://")):
            return url
        wrong = "this is no whole address"
        self._note(self._given["url"][0], "bad-url", wrong, "Begin it with https://, or remove it.")
        return None

    def _image(self) -> str | None:
        """An address, or a path relative to the article's own folder."""
        for given in self._given.get("image", ()):
            value = given.value[:1] or [""] if isinstance(given.value, list) else [given.value]
            found = _first(value[0], "src", "url", "path", "file") if value else ""
            if found:
                path = found.replace("\\", "/")
                return found if "://" in found else quote(path, safe="/%")
        return None

    def _authors(self) -> Iterator[Author]:
        found = chain.from_iterable(
            self._list(each, ";\n") for each in self._given.get("authors", ())
        )
        for each in islice(found, MAX_NAMES):
            name = _first(each, "name", "nimi", "namn").strip()
            if name:
                yield Author(name=name)

    def _translations(self) -> Iterator[Translation]:
        for given in self._given.get("translations", ()):
            pairs = [*_pairs(given.value)]
            if not pairs:
                remedy = "Write translations: {sv: https://…}."
                self._note(given, "bad-value", "this names no language and address", remedy)
            for language, url in pairs[:MAX_NAMES]:
                yield Translation(language=language, url=url)


def note(document: str, line: int, code: str, wrong: str, remedy: str) -> Fault:
    """What is wrong in one article, at its place."""
    place = f"{document}:{line}" if line else document
    return Fault(code=code, message=f"{place}: {wrong}.", remedy=remedy)


def _folded(name: str) -> str:
    """A key without regard to case, hyphens and underscores."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return " ".join(re.sub(r"[_-]", " ", plain).split())


def _first(value: Value, *keys: str) -> str:
    """A plain value, or that of the first of these keys in a table; else nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return next((_first(value[key]) for key in keys if key in value), "")
    return ""


def _pairs(value: Value) -> Iterator[tuple[str, str]]:
    """Languages and addresses, of a table or of a list of tables."""
    if isinstance(value, dict):
        named = _first(value, "language", "lang", "kieli", "språk"), _first(value, "url", "osoite")
        rows = [named] if all(named) else [(key, _first(url)) for key, url in value.items()]
        yield from ((key, url) for key, url in rows if url.startswith(("http://", "https://")))
    elif isinstance(value, list):
        for each in value:
            yield from _pairs(each) if isinstance(each, dict) else ()
