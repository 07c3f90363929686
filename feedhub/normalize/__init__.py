"""Raw entry + source -> entry: every judgement that needs no neighbour.

Pure: `now` and the rules come in, records go out. What a partner wrote absurdly is mended or left
out here; what leaves is fit for XML, JSON and a reader's eyes. For each entry the rules that made
it are told, so that they can be explained later.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from posixpath import dirname
from urllib.parse import quote

from feedhub import excerpt, filters, html, language, urls
from feedhub.model import (
    Dropped,
    Enclosure,
    Entry,
    RawEntry,
    RawFeed,
    Rules,
    Source,
    Text,
    Translation,
)
from feedhub.normalize import names
from feedhub.normalize.apart import Note, Noted, digest, told_apart
from feedhub.normalize.times import When, distrust, when, written

__all__ = ["Normalized", "Note", "normalize"]

MAX_TITLE = 300
MAX_ENCLOSURES = 5
MAX_TRANSLATIONS = 20
MAX_ADDRESS = 2_048
"""Of an id and of every address."""
MAX_TYPE = 100
TITLE_WORDS = 12
MAX_WRITTEN = 300
"""Characters of what was written that are kept to be shown beside what became of it."""

AS_WRITTEN = "as written"
DRAFT = "a draft"
HELD = "held until its date"
EMPTY = "neither title, text nor address"
OVER = "beyond the number of entries taken from one poll"

TITLE_FROM_TEXT = "the first words of the text, since there is no title"
TITLE_FROM_ADDRESS = "the address, since there is neither title nor text"
TITLE_CUT = f"cut to {MAX_TITLE} characters"
ID_FROM_ADDRESS = "the address, since there is no id"
ID_FROM_WORDS = "a fingerprint of the words, since there is neither id nor address"
ID_TOO_LONG = "a fingerprint of an id that is too long"
NO_ADDRESS = "left out: “{}” is no http or https address of a usable length"
BY_AUTHOR = "the author's own summary"
BY_MARK = "the first words of the text above the author's mark"
BY_WORDS = "the first words of the text"
BY_SUMMARY = "the first words of a summary that is too long"
IMAGE_ENCLOSED = "an enclosed picture"
IMAGE_NAMED = "the picture that the item names"
IMAGE_IN_TEXT = "the first picture in the text"

_LANGUAGE_TEXT = 5_000
"""Characters that a language is recognised from."""

_TYPE = re.compile(r"[\w.+-]{1,50}/[\w.+-]{1,50}")
_PICTURE = re.compile(r"(?i)\.(?:avif|gif|jpe?g|png|webp)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """What one poll's raw feed came to. `held` counts local articles that wait for their date."""

    entries: tuple[Entry, ...]
    dropped: tuple[Dropped, ...] = ()
    held: int = 0
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    """By entry id: the rules that made its fields."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """By entry id: the words of its HTML on one line, which cleaning has found anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Poll:
    """What every entry of one poll is judged by."""

    feed: RawFeed
    source: Source
    rules: Rules
    now: datetime
    distrust: str | None
    meant: Mapping[str, tuple[str, ...]]
    """Topics by the categories that mean them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """An entry's texts, cleaned."""

    html: str
    text: str
    line: str
    teaser: str | None
    summary: str
    image: str | None


def normalize(feed: RawFeed, source: Source, rules: Rules, *, now: datetime) -> Normalized:
    """Every raw entry as an entry of the common record, or dropped with its reason."""
    now = now.replace(microsecond=0)
    taken, over = _taken(feed.entries, source, rules.max_entries)
    poll = _Poll(
        feed=feed,
        source=source,
        rules=rules,
        now=now,
        distrust=distrust(taken, source, now),
        meant=names.vocabulary(rules.topics),
    )
    # All are cleaned before one is judged: what is done many times in a row is done faster.
    bodies = [_body(raw, poll) for raw in taken]
    judged = [_judge(raw, body, poll) for raw, body in zip(taken, bodies, strict=True)]
    dropped = [each for each in judged if isinstance(each, Dropped)]
    dropped += [_dropped(raw, OVER) for raw in over]
    told = told_apart([each for each in judged if isinstance(each, Noted)], _homes(poll))
    return Normalized(
        entries=tuple(each.entry for each in told),
        dropped=tuple(dropped),
        held=sum(each.reason == HELD for each in dropped),
        notes={each.entry.id: each.notes for each in told},
        lines={each.entry.id: each.line for each in told},
    )


def _taken(
    entries: Sequence[RawEntry], source: Source, most: int
) -> tuple[Sequence[RawEntry], Sequence[RawEntry]]:
    """The newest entries that one poll may take, in their order, and the others."""
    if len(entries) <= most:
        return entries, ()
    oldest = datetime.min.replace(tzinfo=UTC)
    dated = [written(each, source) or oldest for each in entries]
    newest = sorted(range(len(entries)), key=dated.__getitem__, reverse=True)
    first, rest = sorted(newest[:most]), sorted(newest[most:])
    return [entries[place] for place in first], [entries[place] for place in rest]


def _homes(poll: _Poll) -> frozenset[str]:
    """Canonical addresses of front pages."""
    given = (poll.feed.url, poll.source.homepage)
    found = (urls.absolute(each, None) for each in given if each)
    return frozenset(urls.canonical(each) for each in found if each)


def _judge(raw: RawEntry, body: _Body, poll: _Poll) -> Noted | Dropped:
    if raw.draft:
        return _dropped(raw, DRAFT)
    title = _title(raw, body)
    if not title[0]:
        return _dropped(raw, EMPTY)
    dated = when(raw, poll.source, poll.distrust, poll.now)
    if dated is None:
        return _dropped(raw, HELD)
    noted = _entry(raw, poll, body, title, dated)
    reason = filters.refusal(noted.entry, body.text or body.summary, poll.source)
    return noted if reason is None else _dropped(raw, reason)


def _entry(raw: RawEntry, poll: _Poll, body: _Body, told: tuple[str, str], dated: When) -> Noted:
    base = _base(raw, poll)
    address = _absolute(raw.url, base)
    title, title_rule = told
    repeated = title if poll.rules.drop_title and not title_rule else None
    summary, excerpt_rule = _excerpt(raw, body, repeated, poll.rules)
    name, id_rule = _id(raw, address, told[0], body.text, trusted=poll.distrust is None)
    spoken, language_rule = _language(
        raw, poll, f"{title}. {body.text or body.summary}"[:_LANGUAGE_TEXT]
    )
    image, image_rule = _image(raw, body, base)
    categories = names.categories(raw.categories)
    entry = Entry(
        source=poll.source.name,
        id=name,
        url=urls.readable(address, keep=poll.source.keep_parameters) if address else None,
        canonical_url=(
            urls.canonical(address, keep=poll.source.keep_parameters) if address else None
        ),
        title=title,
        excerpt=summary,
        content_html=body.html,
        authors=names.authors(raw.authors) or names.authors(poll.feed.authors),
        published=dated.published,
        updated=dated.updated,
        first_seen=poll.now,
        language=spoken,
        categories=categories,
        topics=names.topics(
            (*poll.source.topics, *raw.topics), categories, poll.rules.topics, poll.meant
        ),
        image=image,
        enclosures=tuple(_enclosures(raw.enclosures, base)),
        translations=tuple(_translations(raw.translations, base)),
        content_hash="",
    )
    notes = _notes(
        raw,
        id=id_rule,
        url=_address_rule(raw, address),
        title=title_rule,
        excerpt=excerpt_rule,
        published=dated.rule,
        language=language_rule,
        image=image_rule,
    )
    return Noted(replace(entry, content_hash=_content_hash(entry, body)), notes, body.line)


def _notes(raw: RawEntry, **rules: str) -> tuple[Note, ...]:
    """What was written of each field, and by which rule the entry has what it has."""
    text = raw.summary or raw.content
    written = {
        "id": raw.id,
        "url": raw.url,
        "title": raw.title.value if raw.title else None,
        "excerpt": text.value if text else None,
        "published": raw.published or raw.updated,
        "language": raw.language,
        "image": raw.image,
        "authors": ", ".join(each.name for each in raw.authors),
        "categories": ", ".join(raw.categories),
    }
    return tuple(
        Note(name, rule, value[:MAX_WRITTEN] if value else "")
        for name, value in written.items()
        if (rule := rules.get(name) or (AS_WRITTEN if value else ""))
    )


def _address_rule(raw: RawEntry, address: str | None) -> str:
    given = html.one_line(raw.url or "") if address is None else ""
    return NO_ADDRESS.format(excerpt.shortened(given, MAX_TYPE)) if given else ""


def _dropped(raw: RawEntry, reason: str) -> Dropped:
    title = html.one_line(raw.title.value if raw.title else "")[:MAX_TITLE]
    return Dropped(
        id=html.one_line(raw.id or raw.url or "")[:MAX_ADDRESS],
        title=title,
        reason=reason,
        url=html.one_line(raw.url or "")[:MAX_ADDRESS] or None,
    )


def _base(raw: RawEntry, poll: _Poll) -> str | None:
    """What relative addresses are relative to; for an article, where its folder is published."""
    if not raw.local:
        return raw.base or raw.url or poll.feed.url or poll.source.homepage
    folder = dirname(raw.document)
    below = f"{poll.source.name}/{folder}/" if folder else f"{poll.source.name}/"
    return poll.rules.media + quote(below)


def _absolute(written: str | None, base: str | None) -> str | None:
    address = urls.absolute(written, base) if written else None
    return address if address and len(address) <= MAX_ADDRESS else None


def _body(raw: RawEntry, poll: _Poll) -> _Body:
    resolve = partial(_absolute, base=_base(raw, poll))
    content = html.digest(_markup(raw.content), resolve=resolve) if raw.content else html.NOTHING
    read = html.skim if content.html else html.digest
    summary = read(_markup(raw.summary), resolve=resolve) if raw.summary else html.NOTHING
    shown = content if content.html else summary
    return _Body(
        html=shown.html,
        text=shown.text,
        line=shown.line,
        teaser=shown.teaser,
        summary=summary.text,
        image=content.image or summary.image,
    )


def _markup(text: Text) -> str:
    """The text as HTML; in plain text an empty line parts paragraphs."""
    if text.kind != "text":
        return text.value
    paragraphs = re.split(r"\n[^\S\n]*\n", text.value.replace("\r\n", "\n"))
    lines = (escape(each.strip(), quote=False).replace("\n", "<br>") for each in paragraphs)
    return "".join(f"<p>{each}</p>" for each in lines if each)


def _plain(text: Text) -> str:
    return html.one_line(text.value) if text.kind == "text" else html.plain(text.value)


def _title(raw: RawEntry, body: _Body) -> tuple[str, str]:
    """The title, else the first words of the text, else the address; empty when there is none."""
    given = _plain(raw.title) if raw.title else ""
    if given:
        return excerpt.shortened(given, MAX_TITLE), "" if len(given) <= MAX_TITLE else TITLE_CUT
    words = excerpt.automatic(body.text or body.summary, words=TITLE_WORDS, more="…")
    if words:
        return excerpt.shortened(html.one_line(words), MAX_TITLE), TITLE_FROM_TEXT
    return excerpt.shortened(html.one_line(raw.url or ""), MAX_TITLE), TITLE_FROM_ADDRESS


def _excerpt(raw: RawEntry, body: _Body, title: str | None, rules: Rules) -> tuple[str, str]:
    """The author's own summary, unless it is too long for one; else the first words.

    A summary that was written by hand for an article stands whatever its length.
    """
    if raw.local or len(body.summary) <= excerpt.MAX_CHARACTERS:
        own = excerpt.manual(body.summary, title=title)
        if own:
            return own, BY_AUTHOR
    for text, rule in ((body.teaser, BY_MARK), (body.summary, BY_SUMMARY), (body.text, BY_WORDS)):
        first = excerpt.automatic(text or "", words=rules.words, more=rules.more, title=title)
        if first:
            return first, rule
    return "", ""


def _id(
    raw: RawEntry, address: str | None, title: str, text: str, *, trusted: bool
) -> tuple[str, str]:
    """The id as given; without one the address, without that a fingerprint of the words."""
    given = html.one_line(raw.id or "")
    if given and len(given) <= MAX_ADDRESS:
        return given, ""
    if given:
        return f"urn:feedhub:{digest(given)}", ID_TOO_LONG
    if address:
        return address, ID_FROM_ADDRESS
    # A text is edited more often than a date, but a date that moves tells nothing.
    words = (title, raw.published if raw.published and trusted else text)
    return f"urn:feedhub:{digest(repr(words))}", ID_FROM_WORDS


def _language(raw: RawEntry, poll: _Poll, text: str) -> tuple[str, str]:
    declared = (raw.language, poll.feed.language, poll.source.language)
    settled = language.settle(declared, text, fallback=poll.rules.language)
    return settled.language, settled.reason


def _image(raw: RawEntry, body: _Body, base: str | None) -> tuple[str | None, str]:
    """An enclosed picture, else the one that the item names, else the first in the text."""
    enclosed = [(each.url, IMAGE_ENCLOSED) for each in raw.enclosures if _is_picture(each)]
    for given, rule in (*enclosed, (raw.image, IMAGE_NAMED)):
        address = _absolute(given, base)
        if address and not html.decorates(address):
            return address, rule
    return body.image, IMAGE_IN_TEXT if body.image else ""


def _is_picture(file: Enclosure) -> bool:
    return file.type.startswith("image/") if file.type else bool(_PICTURE.search(file.url))


def _enclosures(given: Sequence[Enclosure], base: str | None) -> Iterator[Enclosure]:
    """Files with absolute addresses, each once."""
    found = {address: each for each in given if (address := _absolute(each.url, base))}
    for address, each in [*found.items()][:MAX_ENCLOSURES]:
        kind = _TYPE.fullmatch((each.type or "").strip())
        yield replace(each, url=address, type=kind[0].lower() if kind else None)


def _translations(given: Sequence[Translation], base: str | None) -> Iterator[Translation]:
    for each in given[:MAX_TRANSLATIONS]:
        if address := _absolute(each.url, base):
            yield Translation(language=html.one_line(each.language)[:MAX_TYPE], url=address)


def _content_hash(entry: Entry, body: _Body) -> str:
    """Over what a reader would notice, written so that markup, order and trackers do not count."""
    noticed = (
        entry.canonical_url,
        urls.canonical(entry.image) if entry.image else None,
        entry.authors,
        tuple(sorted(entry.categories)),
        tuple(urls.canonical(each.url) for each in entry.enclosures),
        tuple(sorted(urls.canonical(each.url) for each in entry.translations)),
    )
    # No fit text has the character that parts these.
    return digest(
        "\0".join((entry.title, _running(body.text), _running(body.summary), repr(noticed)))
    )


def _running(text: str) -> str:
    return text.replace("\n", " ").replace("\xa0", " ")
