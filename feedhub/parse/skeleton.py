"""A feed document without its long texts: small enough to parse fast, and free of what parsers choke on.

Most of a feed is article text. A parser that looks at every character of it in Python is slow and
can be made very slow, so long texts are held back, a mark stands in their place, and they are put
in again afterwards. Every step runs over the document once, whatever the document is, and all work
on UTF-8, since one emoji would make a text of Python four times as large.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from html import unescape
from html.entities import html5

from feedhub.parse.bounds import shortened, within

LONG = 300
"""Bytes from which on a text is held back."""
MAX_ENTRIES = 1_000
"""Of a longer document the first and the last half as many are read, so that the newest are among
them whether they stand at the top or at the end."""
MAX_AMPERSANDS = 100_000
"""With more of them a document is left as it is, since mending costs memory for each."""
MAX_TAIL = 10_000
"""Bytes after the last entry, when entries before it were left out."""

_MARK = "\ufdd0{}\ufdd0"
_MARKED = re.compile("\ufdd0([0-9]{1,7})\ufdd0")
_START = re.compile(rb"(?i)<\?xml\s|<(?:rss|feed|rdf:rdf|channel)\b")
_TEXT = re.compile(rb"<(content:encoded|description|content|summary)((?:\s[^<>]*+)?+)>\s*+")
_OTHER_REFERENCE = re.compile("&(?!(?:amp|gt|lt|quot);)")
_CDATA = b"<![CDATA["
_CDATA_END = re.compile(rb"\]\]>\s*+")

_PIECE = re.compile(rb"(?s).{1,250000}+[^&]*+")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]*+)|([0-9]*+));?+")
_PAIR = re.compile(
    rb"&#(?:[xX]([dD][89abAB][0-9A-Fa-f]{2})|(5[56]\d{3}));"
    rb"&#(?:[xX]([dD][c-fC-F][0-9A-Fa-f]{2})|(5[67]\d{3}));"
)
# Elements that feedparser takes for others, or stumbles over, and that say nothing of interest.
_CAPTION = re.compile(rb"<(/?)media:description(?:\s[^<>]*?)?(/?)>")
_FORM = re.compile(rb"(?is)<textinput(?:\s[^<>]*+)?+(?<!/)>.{0,5000}?</textinput\s*+>")
# Else the guid behind it could not be the link.
_NO_LINK = re.compile(rb"<link\s*+(?:/>|>\s*+</link\s*+>)")
# WordPress writes them into every item; each would cost feedparser as much as a title.
_COUNTS = re.compile(
    rb"<(comments|post-id|slash:comments|wfw:commentRss)(?:\s[^<>]*+)?+>[^<>]*+</\1>\s*+"
)
_UNREAD = re.compile(
    rb"(?i)<(/?)(?:(?:georss|gml|geo):[\w.-]++"
    rb"|(?:[\w.-]{1,40}:)?(?:authors|height|license|links|player|textinput|where|width))(?![\w:.-])"
)
_AMPERSAND = re.compile(
    rb"(?s)<!\[CDATA\[.*?(?:\]\]>|\Z)|&([A-Za-z][A-Za-z0-9]{1,31});|&(?!#|[A-Za-z][\w.-]*+;)"
)
_NAMED = {b"amp", b"apos", b"gt", b"lt", b"quot"}

_ENTRY = re.compile(rb"(?i)<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")
_ENTRY_END = re.compile(rb"(?i)</(?:[\w.-]{1,40}:)?(?:item|entry)\s*+>")
_ROOT_END = re.compile(rb"(?i)</(?:[\w.-]{1,40}:)?(?:rss|rdf|feed)\s*+>")
_CHANNEL_END = re.compile(rb"(?i)</(?:[\w.-]{1,40}:)?channel\s*+>")
# In RSS 1.0 the channel ends before the first item.
_RDF = re.compile(rb"(?i)<(?:[\w.-]{1,40}:)?rdf[\s>]")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What is parsed, in UTF-8, and the texts that its marks stand for."""

    xml: bytes
    held: tuple[str, ...]
    capped: bool
    """Entries were left out. When no entry is within the bounds, nothing is left at all."""

    def whole(self, value: str) -> str:
        """A parsed value with the text that was held back from it."""
        if "\ufdd0" not in value:
            return value
        return _MARKED.sub(lambda mark: self._text(int(mark[1])), value)

    def _text(self, number: int) -> str:
        return self.held[number] if number < len(self.held) else ""

    def halves(self) -> int | None:
        """None for a document that comes to its end; else how many last entries do not."""
        end = max((each.end() for each in _ENTRY_END.finditer(self.xml)), default=0)
        if _ROOT_END.search(self.xml, end):
            return None
        if _CHANNEL_END.search(self.xml, end) and not _RDF.search(self.xml):
            return None
        return sum(1 for _ in _ENTRY.finditer(self.xml, end))


def skeleton(utf8: bytes) -> Skeleton:
    """Mend the references, hold back the texts, leave out what is beyond the bounds."""
    short, held = _hold_back(_mended(_from_start(utf8)))
    fewer = _capped(short)
    less = _bounded(fewer)
    xml = _well_formed(_plain(shortened(less)))
    return Skeleton(xml=xml, held=held, capped=len(less) < len(short))


def _from_start(utf8: bytes) -> bytes:
    """With line ends as XML reads them, and without what a program sent before the document."""
    utf8 = utf8.lstrip()
    if b"\r" in utf8:
        utf8 = utf8.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = _START.search(utf8, 0, 10_000)
    return utf8[start.start() :] if start and not utf8.startswith((b"<?", b"<!")) else utf8


def _mended(utf8: bytes) -> bytes:
    """With references to characters only, piece by piece: there may be millions of them."""
    pieces = (piece[0] for piece in _PIECE.finditer(utf8))
    return b"".join(_REFERENCE.sub(_legal, _PAIR.sub(_joined, piece)) for piece in pieces)


def _joined(pair: re.Match[bytes]) -> bytes:
    """One character for two references to the halves of its UTF-16 form."""
    high = int(pair[1], 16) if pair[1] else int(pair[2])
    low = int(pair[3], 16) if pair[3] else int(pair[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return b""
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()


def _legal(reference: re.Match[bytes]) -> bytes:
    """The reference as it stands, or nothing when `characters` would leave out what it means."""
    digits = (reference[1] or reference[2] or b"").lstrip(b"0")
    if not digits or len(digits) > 7:
        return b""
    number = int(digits, 16 if reference[1] else 10)
    legal = number >= 0x20 or number in {0x9, 0xA, 0xD}
    barred = 0xD800 <= number < 0xE000 or number in {0xFDD0, 0xFFFE, 0xFFFF}
    return reference[0] if legal and not barred and number < 0x110000 else b""


def _hold_back(utf8: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The document with a mark for every long text, and the texts, free of XML's escapes."""
    pieces: list[bytes] = []
    held: list[str] = []
    copied = position = 0
    while tag := _TEXT.search(utf8, position):
        start, end, position = _extent(utf8, tag.end())
        closed = utf8.startswith(b"</%s" % tag[1], position)
        if closed and end - start >= LONG and _is_text(tag[2]):
            pieces += (utf8[copied : tag.end()], _MARK.format(len(held)).encode())
            copied = position
            inner = utf8[start:end].decode()
            held.append(_once((inner if start > tag.end() else _unescaped(inner)).strip()))
    pieces.append(utf8[copied:])
    return b"".join(pieces), tuple(held)


def _once(text: str) -> str:
    """A text that was encoded twice, as feedparser mends shorter ones: "sÃ¸ndag" is "søndag"."""
    if text.isascii():
        return text
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text


def _unescaped(text: str) -> str:
    """What `unescape` gives, by a quarter of the steps when only HTML itself was escaped."""
    if _OTHER_REFERENCE.search(text):
        return unescape(text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def _extent(utf8: bytes, start: int) -> tuple[int, int, int]:
    """Where the characters that follow a start tag begin and end, and what follows begins."""
    if not utf8.startswith(_CDATA, start):
        end = utf8.find(b"<", start)
        end = len(utf8) if end < 0 else end
        return start, end, end
    close = _CDATA_END.search(utf8, start)
    if close is None:
        return start, start, len(utf8)
    return start + len(_CDATA), close.start(), close.end()


def _is_text(attributes: bytes) -> bool:
    """Whether the element holds HTML or plain characters, by its attributes."""
    typed = b"type" in attributes or b"mode" in attributes
    return not typed or (b"html" in attributes and b"xhtml" not in attributes)


def _plain(xml: bytes) -> bytes:
    xml = _COUNTS.sub(b"", _FORM.sub(b"", _NO_LINK.sub(b"", xml)))
    xml = _CAPTION.sub(rb"<\1media:caption\2>", xml)
    return _UNREAD.sub(rb"<\1unread", xml)


def _well_formed(xml: bytes) -> bytes:
    """Without the two mistakes that are most common: a bare ampersand, and a name of HTML only."""
    return _AMPERSAND.sub(_escaped, xml) if xml.count(b"&") <= MAX_AMPERSANDS else xml


def _escaped(found: re.Match[bytes]) -> bytes:
    name = found[1]
    if found[0] == b"&":
        return b"&amp;"
    if name is None or name in _NAMED:
        return found[0]
    letters = html5.get(f"{name.decode()};", "")
    return "".join(f"&#{ord(each)};" for each in letters).encode() or found[0]


def _capped(xml: bytes) -> bytes:
    starts = [start.start() for start in _ENTRY.finditer(xml)]
    if len(starts) <= MAX_ENTRIES:
        return xml
    half = MAX_ENTRIES // 2
    return xml[: starts[half]] + xml[starts[-half] :]


def _bounded(xml: bytes) -> bytes:
    """The document with the entries that are whole within the bounds; empty when none is."""
    bound = within(xml)
    if bound == len(xml):
        return xml
    ends = [end.end() for end in _ENTRY_END.finditer(xml)]
    whole = bisect_right(ends, bound)
    return xml[: ends[whole - 1]] + xml[ends[-1] :][:MAX_TAIL] if whole else b""
