"""Article files -> raw entries: Markdown, web pages, plain text and Word documents.

A file that cannot be read is a fault with its name, and the others stand. Then the feed is not
`complete`: the article may be only broken for now, and must not be taken for withdrawn.

title      front matter, else the first heading, which is then no part of the text, else a title of
           another kind in the file, else the file's name
date       front matter, else the file's name (2026-11-24-title.md), else none
identity   `id` of the front matter, which outlives a new name or place, else path and name without
           the ending; of two files with one identity the second is refused
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath

from feedhub import html
from feedhub.model import Document, Fault, RawEntry, RawFeed, Text
from feedhub.parse import docx, frontmatter, markdown, plaintext, webpage
from feedhub.parse.characters import read_text
from feedhub.parse.errors import ParseError
from feedhub.parse.frontkeys import FrontKeys, note

MAX_FAULTS = 100

_HELD = "Until then no article of this folder is withdrawn."

# Other kinds of files under the name of a text.
_MAGIC = (
    b"%PDF-",
    b"{\\rtf",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
)
# UTF-16, with its mark or with a first sign of markup; else a NUL stands in no text.
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"<\0", b"\0<")
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\v\f\r\x1b"))
_LOOK = 8_192
_MOST_CONTROLS = 0.02

_ISO_DATED = re.compile(r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?:[-_ .]+|$)(.*)")
_FINNISH_DATED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[-_ .]+|$)(.*)")
_YEARS = range(1990, 2100)
"""Eight digits that begin with another year are no date."""


@dataclass(frozen=True, slots=True)
class _Written:
    """An article's text as HTML, and what the file is called inside when it has no heading."""

    markup: str
    title: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been read of a folder so far; `names` holds the document of every identity."""

    entries: list[RawEntry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    complete: bool = True

    def take(self, document: Document) -> None:
        """Read one file."""
        keys = FrontKeys(document.name)
        try:
            entry = _article(document, keys)
            self._check_identity(entry, document)
        except ParseError as error:
            self.complete = False
            self.faults.append(replace(error.fault, remedy=f"{error.fault.remedy} {_HELD}"))
        else:
            self.faults += keys.faults
            self.entries.append(entry)

    def _check_identity(self, entry: RawEntry, document: Document) -> None:
        other = self.names.setdefault(entry.id or "", document.name)
        if other != document.name:
            remedy = "Give it an id of its own, or remove one of the two."
            raise _refused(document, 0, "same-id", f"has the same id as {other}", remedy)


def parse_all(documents: Iterable[Document]) -> RawFeed:
    """The articles of a folder, in the order of the documents."""
    reading = _Reading()
    for document in documents:
        reading.take(document)
    return RawFeed(
        complete=reading.complete,
        entries=tuple(reading.entries),
        faults=tuple(reading.faults[:MAX_FAULTS]),
    )


def _refused(document: Document, line: int, code: str, wrong: str, remedy: str) -> ParseError:
    return ParseError(note(document.name, line, code, wrong, remedy))


def _article(document: Document, keys: FrontKeys) -> RawEntry:
    """One article; what has no effect in it becomes a fault of `keys`. Raises ParseError."""
    try:
        return _assembled(_written(document, keys), document, keys)
    except ParseError:
        raise
    except frontmatter.FrontMatterError as error:
        raise _refused(document, error.line, "front-matter", error.wrong, error.remedy) from error
    except Exception as error:
        # Whatever a library throws at a file, it is the file's fault.
        wrong = f"cannot be read ({type(error).__name__})"
        remedy = "Save it anew, or as plain text."
        raise _refused(document, 0, "unreadable-article", wrong, remedy) from error


# Taking apart


def _written(document: Document, keys: FrontKeys) -> _Written:
    suffix = PurePosixPath(document.name).suffix.lower()
    if suffix == ".docx":
        return _word(document, keys)
    page = suffix not in {".md", ".markdown", ".txt"}
    matter = frontmatter.split(_text(document, page=page))
    keys.add(matter.values, matter.lines)
    if page:
        return _page(matter.body, keys)
    if suffix == ".txt":
        return _Written(plaintext.render(matter.body))
    if len(matter.body) > markdown.MAX_CHARACTERS:
        wrong = f"has more than {markdown.MAX_CHARACTERS} characters"
        raise _refused(document, 0, "too-long", wrong, "Part it into several articles.")
    return _Written(markdown.render(matter.body))


def _text(document: Document, *, page: bool) -> str:
    body = document.body
    if _is_binary(body):
        wrong, remedy = "is no text, whatever its name says", "Save it as text, in UTF-8."
        raise _refused(document, 0, "binary", wrong, remedy)
    charset = webpage.declared_charset(body) if page else None
    return read_text(body, f"text/html; charset={charset}" if charset else None)


def _is_binary(body: bytes) -> bool:
    if body.startswith(_WIDE):
        return False
    start = body[:_LOOK]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return b"\0" in body or body.startswith(_MAGIC) or controls > _MOST_CONTROLS * len(start)


def _page(text: str, keys: FrontKeys) -> _Written:
    page = webpage.read(text)
    keys.add_facts(page.facts)
    return _Written(page.body, page.title)


def _word(document: Document, keys: FrontKeys) -> _Written:
    try:
        word = docx.read(document.body)
    except ParseError as error:
        fault = error.fault
        message = f"{document.name}: {fault.message}"
        raise ParseError(replace(fault, message=message)) from error
    keys.add_facts(word.facts)
    if word.pictures:
        wrong = "the pictures inside a Word document are not published"
        remedy = "Save the article as Markdown or HTML with the pictures beside it."
        keys.faults.append(note(document.name, 0, "docx-pictures", wrong, remedy))
    return _Written(word.html, word.title)


# Putting together


def _assembled(written: _Written, document: Document, keys: FrontKeys) -> RawEntry:
    entry = keys.entry()
    path = PurePosixPath(document.name)
    day, readable = _named(path.stem)
    title, markup = _titled(entry.title, written)
    if not (title or entry.summary or markup.strip()):
        raise _refused(document, 0, "empty-article", "is empty", "Write the article, or remove it.")
    return replace(
        entry,
        id=html.one_line(entry.id or "") or html.one_line(str(path.with_suffix(""))),
        title=title or Text(value=readable, kind="text"),
        content=Text(value=markup, kind="html") if markup.strip() else None,
        published=entry.published or day,
    )


def _titled(given: Text | None, written: _Written) -> tuple[Text | None, str]:
    """The title, and the text without it."""
    headed = webpage.behead(written.markup)
    heading = html.plain(headed.heading or "")
    if given is None and heading:
        return Text(value=heading, kind="text"), headed.body
    title = given or (Text(value=written.title, kind="text") if written.title.strip() else None)
    repeated = title is not None and html.one_line(title.value).casefold() == heading.casefold()
    return title, headed.body if repeated and headed.opens else written.markup


def _named(stem: str) -> tuple[str | None, str]:
    """The date at the start of a file's name, and the rest made readable."""
    if (iso := _ISO_DATED.fullmatch(stem)) and (day := _day(iso[1], iso[2], iso[3])):
        return day, _readable(iso[4]) or stem
    if (finnish := _FINNISH_DATED.fullmatch(stem)) and (day := _day(*finnish.group(3, 2, 1))):
        return day, _readable(finnish[4]) or stem
    return None, _readable(stem) or stem


def _day(year: str, month: str, day: str) -> str | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if found.year in _YEARS else None


def _readable(name: str) -> str:
    words = " ".join(re.sub(r"[-_]", " ", name).split())
    return words[:1].upper() + words[1:]
