"""A feed document without its long texts: small enough to parse fast, and free of what parsers choke on.

Most of a feed is article text. A parser that looks at every character of it in Python is slow and
can be made very slow, so long texts are held back, a mark stands in their place, and they are put
in again afterwards. Every step runs over the document once, whatever the document is.
"""

import re
from dataclasses import dataclass
from html import unescape

LONG = 300
MAX_ENTRIES = 1_000
"""Of a longer document the first and the last half as many are read, so that the newest are among
them whether they stand at the top or at the end."""

_MARK = re.compile("\ufdd0([0-9]{1,7})\ufdd0")
_START = re.compile(r"(?i)<\?xml\s|<(?:rss|feed|rdf:rdf|channel)\b")
_TEXT = re.compile(r"<(content:encoded|description|content|summary)((?:\s[^<>]*+)?+)>\s*+")
_CDATA = "<![CDATA["
_CDATA_END = re.compile(r"\]\]>\s*+")

_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]*+)|([0-9]*+));?+")
_PAIR = re.compile(
    r"&#(?:[xX]([dD][89abAB][0-9A-Fa-f]{2})|(5[56]\d{3}));"
    r"&#(?:[xX]([dD][c-fC-F][0-9A-Fa-f]{2})|(5[67]\d{3}));"
)
_CAPTION = re.compile(r"<(/?)media:description\b[^<>]*+>")

_ENTRY = re.compile(r"(?i)<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")
_ENTRY_END = re.compile(r"(?i)</(?:[\w.-]{1,40}:)?(?:item|entry)\s*+>")
_ROOT_END = re.compile(r"(?i)</(?:[\w.-]{1,40}:)?(?:rss|rdf|feed|channel)\s*+>")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What is parsed, and the texts that its marks stand for."""

    text: str
    held: tuple[str, ...]
    capped: bool
    """Entries in the middle were left out."""

    def whole(self, value: str) -> str:
        """A parsed value with the text that was held back from it."""
        if "\ufdd0" not in value:
            return value
        return _MARK.sub(lambda mark: self._text(int(mark[1])), value)

    def _text(self, number: int) -> str:
        return self.held[number] if number < len(self.held) else ""

    def ended(self) -> int | None:
        """None for a document that comes to its end; else how many entries came to theirs."""
        ends = [end.end() for end in _ENTRY_END.finditer(self.text)]
        tail = self.text[ends[-1] :] if ends else self.text
        return None if _ROOT_END.search(tail) else len(ends)


def skeleton(text: str) -> Skeleton:
    """Mend the references, hold back the texts, leave out entries beyond the cap."""
    text = _PAIR.sub(_joined, _from_start(text))
    short, held = _hold_back(_REFERENCE.sub(_legal, text))
    # Else a picture's caption would be taken for the description of its entry.
    short = _CAPTION.sub(r"<\1media:caption>", short)
    capped = _capped(short)
    return Skeleton(text=capped, held=held, capped=len(capped) < len(short))


def _from_start(text: str) -> str:
    """With line ends as XML reads them, and without what a program sent before the document."""
    text = text.lstrip().replace("\r\n", "\n").replace("\r", "\n")
    start = _START.search(text, 0, 10_000)
    return text[start.start() :] if start and not text.startswith(("<?", "<!")) else text


def _joined(pair: re.Match[str]) -> str:
    """One character for two references to the halves of its UTF-16 form."""
    high = int(pair[1], 16) if pair[1] else int(pair[2])
    low = int(pair[3], 16) if pair[3] else int(pair[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return ""
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _legal(reference: re.Match[str]) -> str:
    """The reference as it stands, or nothing when XML has no such character (section 2.2)."""
    digits = (reference[1] or reference[2] or "").lstrip("0")
    if not digits or len(digits) > 7:
        return ""
    number = int(digits, 16 if reference[1] else 10)
    legal = number >= 0x20 or number in {0x9, 0xA, 0xD}
    surrogate = 0xD800 <= number < 0xE000
    return reference[0] if legal and not surrogate and number < 0x110000 else ""


def _hold_back(text: str) -> tuple[str, tuple[str, ...]]:
    """The document with a mark for every long text, and the texts, free of XML's escapes."""
    pieces: list[str] = []
    held: list[str] = []
    position = 0
    while tag := _TEXT.search(text, position):
        start, end, after = _extent(text, tag.end())
        closed = text.startswith(f"</{tag[1]}", after)
        if closed and end - start >= LONG and _is_text(tag[2]):
            pieces += (text[position : tag.end()], f"\ufdd0{len(held)}\ufdd0")
            inner = text[start:end]
            held.append((inner if start > tag.end() else unescape(inner)).strip())
        else:
            pieces.append(text[position:after])
        position = after
    pieces.append(text[position:])
    return "".join(pieces), tuple(held)


def _extent(text: str, start: int) -> tuple[int, int, int]:
    """Where the characters that follow a start tag begin and end, and what follows begins."""
    if not text.startswith(_CDATA, start):
        end = text.find("<", start)
        end = len(text) if end < 0 else end
        return start, end, end
    close = _CDATA_END.search(text, start)
    if close is None:
        return start, start, len(text)
    return start + len(_CDATA), close.start(), close.end()


def _is_text(attributes: str) -> bool:
    """Whether the element holds HTML or plain characters, by its attributes."""
    typed = "type" in attributes or "mode" in attributes
    return not typed or ("html" in attributes and "xhtml" not in attributes)


def _capped(text: str) -> str:
    starts = [start.start() for start in _ENTRY.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text
    half = MAX_ENTRIES // 2
    return text[: starts[half]] + text[starts[-half] :]
