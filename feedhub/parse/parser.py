"""XML -> what feedparser makes of it. The door of feedparser.

What a feed means is feedparser's alone, but its way there is long: at every tag it takes the name
apart anew, keeps what it knows of a text in a dictionary that looks for other names of every key,
and reads dates that nobody asks for. A well-formed document goes by a shorter way through the same
handlers of feedparser, to the same values. Whatever is out of the ordinary, a single tag or a whole
document, goes the long one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser

import feedparser
from feedparser.api import StrictFeedParser
from feedparser.urls import make_safe_absolute_uri

_UTF8 = {"content-type": "application/xml; charset=utf-8"}
_DECLARATION = re.compile(rb"\A<\?xml[^>]*+>")
_DOCTYPE = (b"<!DOCTYPE", b"<!ENTITY")

_ROOTS = {"feed", "rss"}
"""Elements whose language is that of the feed."""
_WITHIN_INPUT = {"title", "link", "description", "name"}
_WITHIN_IMAGE = {"title", "link", "description", "url", "href", "width", "height"}
_INHERITED = frozenset({"base", "lang"})
"""Attributes that count for all elements within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document by feedparser's names. `sound`: it is well-formed."""

    version: str
    feed: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    namespaces: Mapping[str, str]
    sound: bool


def parsed(xml: bytes) -> Parsed:
    """What is in a document in UTF-8."""
    if not any(each in xml for each in _DOCTYPE):
        try:
            return _by_short_way(_DECLARATION.sub(b"", xml))
        except SAXException:
            pass
    return by_long_way(xml)


def by_long_way(xml: bytes) -> Parsed:
    """The same, by feedparser alone. It guesses what an ill-formed document means."""
    found = feedparser.parse(
        xml, response_headers=_UTF8, resolve_relative_uris=False, sanitize_html=False
    )
    return Parsed(
        version=found["version"],
        feed=found["feed"],
        entries=found["entries"],
        namespaces=found["namespaces"],
        sound=not found["bozo"],
    )


def _by_short_way(xml: bytes) -> Parsed:
    reader = _Reader()
    driver = _Driver(reader)
    driver.feed(xml)
    driver.close()
    return Parsed(
        version=reader.version,
        feed=reader.feeddata,
        entries=reader.entries,
        namespaces=reader.namespaces_in_use,
        sound=True,
    )


class _Handlers(NamedTuple):
    """What feedparser does about an element."""

    name: str
    start: str
    end: str
    ends_image: bool
    ends_input: bool


class _Facts(dict[str, Any]):
    """What is known of a text, under names that have no others."""

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        return dict(self)


class _Reader(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's reader of well-formed documents, which can take plain elements as they are."""

    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self) -> None:
        self._handlers: dict[str, _Handlers | None] = {}
        self._leaf: str | None = None
        super().__init__("", None, "utf-8")
        self.contentparams = _Facts()

    def start(self, name: str, given: Mapping[str, str]) -> bool:
        """Begin an element, by the name that expat gives it; False when it is not a plain one."""
        handlers, self._leaf = self._handlers_of(name), None
        if handlers is None or self.incontent or self.decls or not _stays(self.baseuri):
            return False
        attributes = {key.lower(): value for key, value in given.items()} if given else {}
        if attributes and not _is_plain(attributes):
            return False
        self._leaf = name
        self._enter(handlers)
        try:
            getattr(self, handlers.start)(attributes)
        except AttributeError:
            if attributes:
                self._get_context()[handlers.name] = attributes
            else:
                self.push(handlers.name, 1)
        return True

    def end(self, name: str) -> bool:
        """End an element; False when it is no plain one, or holds markup, which feedparser judges."""
        handlers, leaf, self._leaf = self._handlers_of(name), self._leaf, None
        if handlers is None or self.svgOK or (self.incontent and leaf != name):
            return False
        try:
            getattr(self, handlers.end)()
        except AttributeError:
            self.pop(handlers.name)
        self._leave()
        return True

    def _enter(self, handlers: _Handlers) -> None:
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        if handlers.ends_image:
            self.inimage = 0
        if handlers.ends_input:
            self.intextinput = 0

    def _leave(self) -> None:
        self.depth -= 1
        self.basestack.pop()
        if self.basestack and self.basestack[-1]:
            self.baseuri = self.basestack[-1]
        self.langstack.pop()
        if self.langstack:
            self.lang = self.langstack[-1]

    def _handlers_of(self, name: str) -> _Handlers | None:
        try:
            return self._handlers[name]
        except KeyError:
            return self._handlers.setdefault(name, self._found(name))

    def _found(self, name: str) -> _Handlers | None:
        """The handlers of an element, whose name expat gives as "uri local prefix"."""
        uri, local, *_ = name.lower().split() if " " in name else ("", name.lower())
        prefix = self._matchnamespaces.get(uri, " ").lower()
        if self.namespacemap.get(prefix, prefix) != prefix or local in _ROOTS or prefix == " ":
            return None
        key = f"{prefix}_{local}" if prefix else local
        return _Handlers(
            name=key,
            start=f"_start_{key}",
            end=f"_end_{key}",
            ends_image=not prefix and local not in _WITHIN_IMAGE,
            ends_input=not prefix and local not in _WITHIN_INPUT,
        )

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        super().track_namespace(prefix, uri)
        self._handlers.clear()

    def push_content(self, *args: object) -> None:
        super().push_content(*args)
        self.contentparams = _Facts(self.contentparams)

    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated


@lru_cache(maxsize=64)
def _stays(base: str) -> bool:
    """Whether a base is the same when it is joined to itself, as feedparser does at every tag."""
    return (make_safe_absolute_uri(base, base) or base) == base


def _is_plain(attributes: dict[str, str]) -> bool:
    """Whether an element's attributes have no namespace and say nothing of those within it."""
    for key in attributes.keys() & {"rel", "type"}:
        attributes[key] = attributes[key].lower()
    return _INHERITED.isdisjoint(attributes) and not any(" " in key for key in attributes)


class _Driver(ExpatParser):
    """Python's driver of expat, which asks the reader first whether it takes an element as it is."""

    def __init__(self, reader: _Reader) -> None:
        super().__init__(namespaceHandling=1)
        self.setContentHandler(reader)
        self.setErrorHandler(reader)
        self._reader = reader

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        if not self._reader.start(name, attrs):
            super().start_element_ns(name, attrs)

    def end_element_ns(self, name: str) -> None:
        if not self._reader.end(name):
            super().end_element_ns(name)
