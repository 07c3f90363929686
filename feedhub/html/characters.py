"""Characters that an entry can be written with: to XML, to JSON and on a line (pure)."""

import re
import unicodedata

_LAST = "".join(
    chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
)
# Form feed, vertical tab and next line part words; what else is no character of XML 1.0
# (section 2.2) or is discouraged there parts nothing.
_SPACES = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")
_UNFIT = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST}]")
_SEVERAL = re.compile("  +")
# Latin and Cyrillic letters, punctuation and signs of money: none of them goes, changes, combines
# with another or is unseen. Most texts have no other, and this is told twice as fast as below.
_ORDINARY = re.compile(
    r"[\t\n\r -~\xa0-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*+"
)
_PRINTED = bytes(range(0x20, 0x7F)) + b"\t\n\r"

# Marks of direction that reach beyond a line's end, or hide a name's true spelling; and marks
# that are not seen at all.
_UNSEEN = re.compile(r"[\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff]")

# Python puts a heap of marks in order by insertion, which takes a minute for a long one. Nobody
# writes more than this (UAX 15, Stream-Safe Text Format). No mark is a word character to `re`.
_MOST_MARKS = 30
MARKS = r"[^\w\s\x00-\u02ff\u2000-\u206f\u2190-\u2bff\u3000-\u3029]"
"""Every mark that combines with the letter before it, and a few signs."""
_MARK = re.compile(MARKS)
_HEAP = re.compile(rf"{MARKS}{{{_MOST_MARKS + 1},}}")


def fit(text: str) -> str:
    """NFC, without control characters, noncharacters and lone surrogates."""
    if is_ordinary(text):
        return text
    return _composed(text if _is_plain(text) else _UNFIT.sub("", _SPACES.sub(" ", text)))


def visible(text: str) -> str:
    """Fit, and without characters that no reader sees."""
    if is_ordinary(text):
        return text
    return _composed(text) if _is_plain(text) else _UNSEEN.sub("", fit(text))


def is_ordinary(text: str) -> bool:
    """Whether every character is one that is kept as it is, whatever stands beside it."""
    return _ORDINARY.fullmatch(text) is not None


def is_within(text: str, size: int) -> bool:
    """Whether fit text takes up no more bytes than these in UTF-8."""
    return 4 * len(text) <= size or len(text.encode()) <= size


def _composed(text: str) -> str:
    if text.isascii():
        return text
    # No heap lies between two of these places.
    if _MARK.search(text[:: _MOST_MARKS + 1]):
        text = _HEAP.sub(_thinned, text)
    return unicodedata.normalize("NFC", text)


def even(text: str) -> str:
    """With single spaces for the white space of HTML, which a no-break space is not.

    A pattern of all four characters would find every space; this is ten times faster.
    """
    return single(unbroken(text))


def unbroken(text: str) -> str:
    """With a space for each line end and tab."""
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def single(text: str) -> str:
    """With one space for several."""
    # Two spaces are found faster from the end.
    return _SEVERAL.sub(" ", text) if text.rfind("  ") >= 0 else text


def one_line(text: str) -> str:
    """Fit text on one line: white space of every kind becomes single spaces, none at the ends."""
    return " ".join(visible(text).split())


def spaced(text: str) -> str:
    """Fit text whose white space is single spaces, none at the ends.

    A no-break space inside stays one: it holds together what would else be two words.
    """
    return even(visible(text)).strip()


def _is_plain(text: str) -> bool:
    """Whether all characters but white space are printed ones; most texts pass, and fast."""
    # Most characters are ASCII, and all of those can be told at once.
    rest = text.encode(errors="surrogatepass").translate(None, _PRINTED)
    return rest.decode(errors="surrogatepass").replace("\xa0", "").isprintable()


def _thinned(heap: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in heap[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
