"""A published file as HTTP sees it: its header fields, content codings and conditions.

Sections named below are those of RFC 9110.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from feedhub.publish.packing import CODINGS, Coding, is_text

Headers = list[tuple[bytes, bytes]]

FRESH = (b"cache-control", b"public, max-age=60")
_FRESH_LONGER = (b"cache-control", b"public, max-age=3600")
_NAMED = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "rss.xml": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "opml.xml": "text/x-opml; charset=utf-8",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
_UNKNOWN_TYPE = "application/octet-stream"
_MOVES_OFTEN = frozenset({".html", ".xml", ".json"})
_HIDDEN = re.compile(r"^\.|[\\\0]|~$|\.(?:br|gz|part|tmp)$", re.IGNORECASE)

NOSNIFF = (b"x-content-type-options", b"nosniff")
PAGE: Headers = [
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src https: 'self'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
]
# An image that is a document: whoever drew it, nothing in it may run.
_DRAWING: Headers = [
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox"),
]

_CONDITIONS = (
    b"if-match",
    b"if-unmodified-since",
    b"if-none-match",
    b"if-modified-since",
    b"accept-encoding",
)
_TAG = re.compile(rb'(?:W/)?"[^"]*"')
_WEIGHT = re.compile(r"q=([01](?:\.\d{0,3})?)", re.IGNORECASE)


Stamp = tuple[int, int, int]
"""Inode, size in bytes, and modification in nanoseconds: another file has another."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A file in one content coding, all but its bytes."""

    stamp: Stamp
    etag: bytes
    modified: int
    """Seconds since 1970."""
    headers: Headers
    unchanged: Headers
    """Of 304 (15.4.5)."""


@lru_cache(maxsize=4096)
def published_name(path: str) -> str | None:
    """The file that a request's decoded path means, below the public folder.

    None for a path that leads outside, or to what is hidden, half-written or a sibling for
    another content coding.
    """
    name = f"{path}index.html" if path.endswith("/") else path
    segments = name.split("/")[1:]
    unfit = any(not each or _HIDDEN.search(each) for each in segments)
    return None if unfit or not segments else "/".join(segments)


def media_type(name: str) -> str:
    """The Content-Type of a published file."""
    base = name.rpartition("/")[2]
    return _NAMED.get(base) or _TYPES.get(Path(base).suffix.lower(), _UNKNOWN_TYPE)


def stamp_of(found: os.stat_result) -> Stamp:
    """What tells this file from the one that replaces it."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def represent(
    path: Path, codings: tuple[str, ...], link: str | None
) -> tuple[Representation, bytes]:
    """The file as one representation: its header fields and its bytes."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        plain = file.read()
    coding, body = encoded(path, plain, codings)
    etag = b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
    modified = int(found.st_mtime)
    unchanged = [
        (b"etag", etag),
        (b"last-modified", formatdate(modified, usegmt=True).encode()),
        FRESH if path.suffix in _MOVES_OFTEN else _FRESH_LONGER,
    ]
    if is_text(path.name):
        unchanged.append((b"vary", b"accept-encoding"))
    if link:
        unchanged.append((b"link", link.encode()))
    headers = [*unchanged, *_described(path.name, coding, len(body))]
    return Representation(stamp_of(found), etag, modified, headers, unchanged), body


def _described(name: str, coding: str, length: int) -> Iterator[tuple[bytes, bytes]]:
    """The header fields that go with a body."""
    yield b"content-type", media_type(name).encode()
    yield b"content-length", str(length).encode()
    yield b"accept-ranges", b"none"
    yield NOSNIFF
    if coding:
        yield b"content-encoding", coding.encode()
    if name.endswith(".html"):
        yield from PAGE
    if name.endswith(".svg"):
        yield from _DRAWING


# Content codings (8.4.1, 12.5.3)


@lru_cache(maxsize=256)
def acceptable(field: bytes) -> tuple[str, ...]:
    """The codings that an Accept-Encoding field prefers to none, the best first.

    Of two that weigh the same, the one that packs better.
    """
    weights = dict(_weighed(each) for each in field.decode("latin-1").lower().split(","))
    others = weights.get("*", 0.0)
    ranked = [(weights.get(each, others), each) for each in ("br", "gzip")]
    plain = weights.get("identity", 0.0)
    best = sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: -pair[0])
    return tuple(coding for weight, coding in best if weight >= plain)


def _weighed(element: str) -> tuple[str, float]:
    coding, _, parameters = element.partition(";")
    weight = _WEIGHT.search(parameters)
    default = 0.0 if parameters.strip() else 1.0
    name = coding.strip()
    return "gzip" if name == "x-gzip" else name, float(weight[1]) if weight else default


def encoded(path: Path, plain: bytes, codings: Sequence[str]) -> tuple[str, bytes]:
    """The first of these codings that makes the bytes fewer, and the bytes; "" is none at all.

    One that lies beside the file and holds the same is taken before any that is to be packed here.
    """
    for pack in (_beside, _packed):
        for coding in codings:
            packed = pack(path, plain, CODINGS[coding])
            if packed is not None and len(packed) < len(plain):
                return coding, packed
    return "", plain


def _beside(path: Path, plain: bytes, coding: Coding) -> bytes | None:
    packed = read_if_there(path.with_name(path.name + coding.suffix))
    return packed if packed is not None and coding.unpack(packed, plain) == plain else None


def _packed(_path: Path, plain: bytes, coding: Coding) -> bytes:
    return coding.pack(plain)


def read_if_there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


# Conditional requests (13)


def asked_of(headers: Headers) -> dict[bytes, bytes]:
    """The fields that matter here; the lines of one field are joined (5.3)."""
    asked: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _CONDITIONS:
            asked[name] = asked[name] + b", " + value if name in asked else value
    return asked


def evaluate(asked: Mapping[bytes, bytes], etag: bytes, modified: int) -> int:
    """200, 304 or 412, by the conditions in their order of precedence (13.2.2).

    `etag` is strong; `modified` is in seconds since 1970.
    """
    if b"if-match" in asked:
        if not _matches(asked[b"if-match"], etag, weakly=False):
            return 412
    elif b"if-unmodified-since" in asked:
        since = http_date(asked[b"if-unmodified-since"])
        if since is not None and modified > since:
            return 412
    if b"if-none-match" in asked:
        return 304 if _matches(asked[b"if-none-match"], etag, weakly=True) else 200
    since = http_date(asked.get(b"if-modified-since", b""))
    return 304 if since is not None and modified <= since else 200


def _matches(field: bytes, etag: bytes, *, weakly: bool) -> bool:
    """Whether a list of entity tags has this one (8.8.3.2)."""
    if field == etag or field.strip() == b"*":
        return True
    tags = _TAG.findall(field)
    return etag in tags or (weakly and b"W/" + etag in tags)


@lru_cache(maxsize=256)
def http_date(field: bytes) -> int | None:
    """Seconds since 1970 of a date in any of the three forms (5.6.7), or None."""
    try:
        date = parsedate_to_datetime(field.decode("latin-1"))
        return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
