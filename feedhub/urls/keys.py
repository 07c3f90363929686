"""One form for all spellings of an address: a key to compare by, not a link.

Merging two articles is worse than missing that two spellings are one, so each rule here takes away
what cannot tell two articles of one site apart:

- the scheme, its ports, `www.` and `amp.`, the case of the host, IDN: the same server answers;
- `/index.html` and its like, the last slash, doubled slashes, dot segments: the same file;
- AMP's ways of asking for the short form of a page; but `/amp` alone is a page of its own;
- escapes of characters that need none, and the two Unicode forms of one letter: the same bytes;
- the order of parameters of different names: a server looks them up by name;
- trackers and session ids: they are the reader's;
- the fragment, which no server sees; but a page that is made in the browser tells its articles
  apart there, by `#!` or `#/`.

Kept are the case of the path, every other parameter with its value (`?p=1`, `?id=5`), the order of
equal names, other ports, and other names of hosts.
"""

import re
from collections.abc import Collection
from unicodedata import normalize
from urllib.parse import quote, unquote

from feedhub.urls.tracking import parameter_name, tracks
from feedhub.urls.whole import absolute

_PARTS = re.compile(r"https?://([^/?#:\[]+|\[[^\]]*\])(:\d+)?([^?#]*)\??([^#]*)#?(.*)")
_DEFAULT_PORTS = frozenset({":80", ":443"})
_SAME_HOST = re.compile(r"\A(?:(?:www|amp)\.)+(?=[^.]+\.)")
# In a key: Google's copy of a page, up to the page's own address. `s` says that it is an https one.
_AMP_COPY = re.compile(
    r"(?:(?:[\w-]+\.)?cdn\.ampproject\.org/[a-z]|google\.[a-z.]{2,6}/amp)/(?:s/)?(?=[^/?#]+\.)"
)
_AMP = "amp"
_AMP_FILE = re.compile(r"(?:\.amp)+(?=\.html?$)")
_AMP_PARAMETERS = frozenset({"amp", "amp=", "amp=1", "amp=true", "outputtype=amp"})

_INDEXES = frozenset(
    f"{name}.{ending}"
    for name in ("index", "default")
    for ending in ("html", "htm", "php", "asp", "aspx", "jsp", "shtml")
)
_SESSION_IN_PATH = re.compile(r"(?i);(?:jsessionid|phpsessid)=[^/;]*|/\(S\([a-z0-9]{24}\)\)(?=/)")
_SESSIONS = frozenset({"phpsessid", "jsessionid", "cfid", "cftoken"})
_SESSION_PREFIX = "aspsessionid"  # Classic ASP ends it with letters of its own.

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_~/-]*(?:\.[A-Za-z0-9_~-]+)*")
_SLASHES = re.compile(r"/{2,}")
# Unreserved, or without a meaning of their own in a path or query as servers read them.
_FREE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,:@")
_TO_SETTLE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_LETTERS = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+")


def canonical(address: str, *, keep: Collection[str] = ()) -> str:
    """The key of an address; of what is none, the text itself.

    `keep` names tracking parameters that tell articles apart at this source. A key with
    "https://" before it is an address with that key.
    """
    key = _key(absolute(address, None), keep)
    if key is None:
        return address.strip()
    while copy := _AMP_COPY.match(key):
        original = _key(absolute(f"https://{key[copy.end() :]}", None), keep)
        if original is None:
            break
        key = original
    return key


def _key(whole: str | None, keep: Collection[str]) -> str | None:
    parts = _PARTS.fullmatch(whole) if whole else None
    if parts is None:
        return None
    host, port, path, query, fragment = parts.groups("")
    port = "" if port in _DEFAULT_PORTS else port
    path, rest = _path(path), _query(query, keep) + _fragment(fragment)
    if rest and not path:
        path = "/"  # A query of the home page is a page.
    return f"{_host(host)}{port}{path}{rest}"


def _host(host: str) -> str:
    return _SAME_HOST.sub("", host.rstrip("."), count=1)


def _path(path: str) -> str:
    if not _PLAIN_PATH.fullmatch(path):
        path = _without_dots(_settled(_SESSION_IN_PATH.sub("", path)))
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return _without_index(path)


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4."""
    if "/." not in path:
        return path
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and len(segments) > 1:
            segments.pop()
        elif segment not in {".", ".."}:
            segments.append(segment)
    return "/".join(segments)


def _without_index(path: str) -> str:
    while True:
        path = path.rstrip("/")
        folder, _, name = path.rpartition("/")
        name = name.lower()
        if name not in _INDEXES and not (name == _AMP and folder):
            return _AMP_FILE.sub("", path) if ".amp." in path else path
        path = folder


def _query(query: str, keep: Collection[str]) -> str:
    """By name; equal names in their order."""
    if not query:
        return ""
    settled = _settled(query.replace("+", "%20"), "/?")
    pairs = [pair.removeprefix("amp;") for pair in settled.split("&")]
    kept = [pair for pair in pairs if pair and not _is_noise(pair, keep)]
    kept.sort(key=lambda pair: pair.partition("=")[0])
    return f"?{'&'.join(kept)}" if kept else ""


def _is_noise(pair: str, keep: Collection[str]) -> bool:
    name = parameter_name(pair)
    if name in _SESSIONS or name.startswith(_SESSION_PREFIX) or pair.lower() in _AMP_PARAMETERS:
        return True
    return tracks(pair, keep)


def _fragment(fragment: str) -> str:
    return f"#{_settled(fragment, '/?')}" if fragment.startswith(("!", "/")) else ""


def _settled(text: str, free: str = "") -> str:
    """Escapes for what needs them, in capitals; letters beyond ASCII composed (NFC)."""

    def settle(found: re.Match[str]) -> str:
        written = found[0]
        if len(written) == 1:
            return f"%{ord(written):02X}"
        character = chr(int(written[1:], 16))
        return character if character in _FREE or character in free else written.upper()

    settled = _TO_SETTLE.sub(settle, text)
    return _LETTERS.sub(_composed, settled) if "%" in settled else settled


def _composed(letters: re.Match[str]) -> str:
    try:
        return quote(normalize("NFC", unquote(letters[0], errors="strict")), safe="")
    except UnicodeError:
        return letters[0]
