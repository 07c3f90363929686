"""Raw entry + source -> entry: every judgement that needs no neighbour.

Pure: `now` and the rules come in, records go out. What a partner wrote absurdly is mended or left
out here; what leaves is fit for XML, JSON and a reader's eyes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from posixpath import dirname
from urllib.parse import quote

from feedhub import dates, excerpt, filters, html, language, urls
from feedhub.model import (
    Author,
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

MAX_TITLE = 300
MAX_NAME = 100
MAX_CATEGORIES = 20
MAX_ENCLOSURES = 5
MAX_ID = 2_048
TITLE_WORDS = 12

DRAFT = "a draft"
HELD = "held until its date"
EMPTY = "neither title, text nor address"
OVER = "beyond the number of entries taken from one poll"

# A feed whose items are all this young carries the time of the fetch, not of the writing.
_FETCH_TIME = timedelta(minutes=5)
_FETCH_TIME_ENTRIES = 3

_MAIL = re.compile(r"\S+@\S+\.\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """What one poll's raw feed came to. `held` counts local articles that wait for their date."""

    entries: tuple[Entry, ...]
    dropped: tuple[Dropped, ...] = ()
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Poll:
    """What every entry of one poll is judged by."""

    feed: RawFeed
    source: Source
    rules: Rules
    now: datetime
    trusts_dates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """An entry's texts, cleaned."""

    html: str
    text: str
    summary: str
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dates:
    published: datetime
    updated: datetime


def normalize(feed: RawFeed, source: Source, rules: Rules, *, now: datetime) -> Normalized:
    """Every raw entry as an entry of the common record, or dropped with its reason."""
    now = now.replace(microsecond=0)
    taken = feed.entries[: rules.max_entries]
    trusts_dates = source.dates == "trust" and not _all_just_now(taken, source, now)
    poll = _Poll(feed=feed, source=source, rules=rules, now=now, trusts_dates=trusts_dates)
    judged = [_judge(raw, poll) for raw in taken]
    dropped = [each for each in judged if isinstance(each, Dropped)]
    dropped += [_dropped(raw, OVER) for raw in feed.entries[len(taken) :]]
    return Normalized(
        entries=_told_apart([each for each in judged if isinstance(each, Entry)]),
        dropped=tuple(dropped),
        held=sum(each.reason == HELD for each in dropped),
    )


def _judge(raw: RawEntry, poll: _Poll) -> Entry | Dropped:
    body = _body(raw, poll)
    title = _title(raw, body)
    if raw.draft:
        return _dropped(raw, DRAFT)
    if not title:
        return _dropped(raw, EMPTY)
    when = _dates(raw, poll)
    if when is None:
        return _dropped(raw, HELD)
    entry = _entry(raw, poll, body, title, when)
    refusal = filters.refusal(entry, body.text, poll.source)
    return entry if refusal is None else Dropped(id=entry.id, title=title, reason=refusal)


def _entry(raw: RawEntry, poll: _Poll, body: _Body, title: str, when: _Dates) -> Entry:
    address = urls.absolute(raw.url, _base(raw, poll)) if raw.url else None
    categories = _folded(raw.categories, MAX_NAME)[:MAX_CATEGORIES]
    entry = Entry(
        source=poll.source.name,
        id=_id(raw, address, title, body.text),
        url=urls.readable(address) if address else None,
        canonical_url=urls.canonical(address) if address else None,
        title=title,
        excerpt=_excerpt(body, title, poll.rules),
        content_html=body.html,
        authors=_names(raw.authors or poll.feed.authors),
        published=when.published,
        updated=when.updated,
        first_seen=poll.now,
        language=_language(raw, poll, f"{title}. {body.text or body.summary}"),
        categories=categories,
        topics=_topics(raw, categories, poll),
        image=_image(raw, body, poll),
        enclosures=tuple(_enclosures(raw.enclosures, _base(raw, poll))),
        translations=tuple(_translations(raw.translations, _base(raw, poll))),
        content_hash="",
    )
    return replace(entry, content_hash=_content_hash(entry, body))


def _dropped(raw: RawEntry, reason: str) -> Dropped:
    title = html.one_line(raw.title.value if raw.title else "")[:MAX_TITLE]
    return Dropped(id=html.one_line(raw.id or raw.url or "")[:MAX_ID], title=title, reason=reason)


def _base(raw: RawEntry, poll: _Poll) -> str | None:
    """What relative addresses are relative to; for an article, where its folder is published."""
    if not raw.local:
        return raw.base or raw.url or poll.feed.url or poll.source.homepage
    folder = dirname(raw.document)
    below = f"{poll.source.name}/{folder}/" if folder else f"{poll.source.name}/"
    return poll.rules.media + quote(below)


def _body(raw: RawEntry, poll: _Poll) -> _Body:
    base = _base(raw, poll)
    written = raw.content or raw.summary
    cleaned = html.digest(_markup(written), base=base) if written else html.NOTHING
    summary = _plain(raw.summary) if raw.summary is not None else ""
    return _Body(html=cleaned.html, text=cleaned.text, summary=summary, image=cleaned.image)


def _markup(text: Text) -> str:
    if text.kind != "text":
        return text.value
    paragraphs = re.split(r"\n\s*\n", text.value)
    return "".join(f"<p>{escape(each.strip())}</p>" for each in paragraphs if each.strip())


def _plain(text: Text) -> str:
    return html.one_line(text.value) if text.kind == "text" else html.plain(text.value)


def _title(raw: RawEntry, body: _Body) -> str:
    """The title, else the first words of the text, else the address; empty when there is none."""
    given = _plain(raw.title) if raw.title else ""
    if not given:
        given = excerpt.automatic(body.text or body.summary, words=TITLE_WORDS, more="…")
    return html.one_line(given or raw.url or "")[:MAX_TITLE].rstrip()


def _excerpt(body: _Body, title: str, rules: Rules) -> str:
    """The author's own summary, unless it is the whole text; else the first words."""
    repeated = title if rules.drop_title else None
    if body.summary and len(body.summary) <= excerpt.MAX_CHARACTERS:
        return excerpt.manual(body.summary, title=repeated)
    return excerpt.automatic(
        body.text or body.summary, words=rules.words, more=rules.more, title=repeated
    )


def _id(raw: RawEntry, address: str | None, title: str, text: str) -> str:
    """The id as given; without one the address, without that a hash of the words."""
    given = html.one_line(raw.id or "")
    if given and len(given) <= MAX_ID:
        return given
    return address or f"urn:feedhub:{_digest(given or repr((title, text)))}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _dates(raw: RawEntry, poll: _Poll) -> _Dates | None:
    """When the entry was published and updated; None when a local article is to wait."""
    published = _written(raw, poll) if poll.trusts_dates else None
    if published is not None and published > poll.now:
        if raw.local:
            return None
        published = None
    updated = dates.read_date(raw.updated, timezone=poll.source.timezone) if raw.updated else None
    if published is None or updated is None or not published <= updated <= poll.now:
        updated = published
    return _Dates(published=published or poll.now, updated=updated or poll.now)


def _written(raw: RawEntry, poll: _Poll) -> datetime | None:
    """The date that the entry, or else its address, gives."""
    zone = poll.source.timezone
    for text in (raw.published, raw.updated):
        if text and (date := dates.read_date(text, timezone=zone)):
            return date
    return dates.date_in_address(raw.url, timezone=zone) if raw.url else None


def _all_just_now(entries: Sequence[RawEntry], source: Source, now: datetime) -> bool:
    """Whether every item is dated about now, as generators do that stamp the time of the fetch."""
    if len(entries) < _FETCH_TIME_ENTRIES or any(each.local for each in entries):
        return False
    written = (each.published or each.updated for each in entries)
    read = [dates.read_date(each, timezone=source.timezone) if each else None for each in written]
    return all(date is not None and abs(now - date) <= _FETCH_TIME for date in read)


def _language(raw: RawEntry, poll: _Poll, text: str) -> str:
    declared = (raw.language, poll.feed.language, poll.source.language)
    return language.settle(declared, text, fallback=poll.rules.language).language


def _folded(names: Iterable[str], length: int) -> tuple[str, ...]:
    """Names on one line, cut to a length, each once, in their order."""
    lines = (html.one_line(name)[:length].strip() for name in names)
    return tuple(dict.fromkeys(line for line in lines if line))


def _names(authors: Iterable[Author]) -> tuple[str, ...]:
    """Names to publish: a mail address never is."""
    return _folded((_MAIL.sub("", each.name).strip(" ()<>,;") for each in authors), MAX_NAME)


def _topics(raw: RawEntry, categories: Sequence[str], poll: _Poll) -> tuple[str, ...]:
    """Topics of the source and the article, and those that the categories mean."""
    named = {*poll.source.topics, *raw.topics}
    meant = {each.casefold() for each in categories}
    return tuple(
        topic.slug
        for topic in poll.rules.topics
        if topic.slug in named
        or not meant.isdisjoint(each.casefold() for each in (topic.title, *topic.categories))
    )


def _image(raw: RawEntry, body: _Body, poll: _Poll) -> str | None:
    given = urls.absolute(raw.image, _base(raw, poll)) if raw.image else None
    if given:
        return given
    pictures = (each.url for each in raw.enclosures if (each.type or "").startswith("image/"))
    enclosed = (urls.absolute(each, _base(raw, poll)) for each in pictures)
    return next(filter(None, enclosed), body.image)


def _enclosures(given: Sequence[Enclosure], base: str | None) -> Iterable[Enclosure]:
    for each in given[:MAX_ENCLOSURES]:
        if address := urls.absolute(each.url, base):
            kind = html.one_line(each.type or "")[:MAX_NAME] or None
            yield replace(each, url=address, type=kind)


def _translations(given: Sequence[Translation], base: str | None) -> Iterable[Translation]:
    for each in given:
        if address := urls.absolute(each.url, base):
            yield Translation(language=each.language, url=address)


def _content_hash(entry: Entry, body: _Body) -> str:
    """Over what a reader would notice, written so that markup, order and trackers do not count."""
    image = urls.canonical(entry.image) if entry.image else None
    noticed = (
        entry.title,
        body.text,
        body.summary,
        entry.canonical_url,
        image,
        entry.authors,
        tuple(sorted(entry.categories)),
        tuple(each.url for each in entry.enclosures),
        tuple(sorted(each.url for each in entry.translations)),
    )
    return _digest(repr(noticed))


def _told_apart(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries with ids of their own, and no address where an address tells nothing.

    An id that several items share is no identity, and an address that several items share (a home
    page, a list) is no evidence.
    """
    ids = Counter(name for name, _ in {(each.id, each.content_hash) for each in entries})
    addresses = Counter(each.canonical_url for each in entries)
    told: dict[str, Entry] = {}
    for entry in entries:
        own = entry
        if ids[entry.id] > 1:
            own = replace(own, id=f"{entry.id}#{_digest(entry.canonical_url or entry.title)}")
        if addresses[entry.canonical_url] > 1:
            own = replace(own, canonical_url=None)
        told.setdefault(own.id, own)
    return tuple(told.values())
