"""Bytes -> text: which charset they are in, whatever is said, and no character that XML forbids.

A document that is valid UTF-8 and not plain ASCII is UTF-8, whoever says otherwise: text in another
charset is never so by chance, and servers that add `charset=iso-8859-1` to everything are common.
Only an East Asian charset, whose short texts can be valid UTF-8, is believed first. Apart from
that, the byte order mark, the Content-Type header and the XML declaration speak in the order of
RFC 7303 section 3. What nobody names is Windows-1252 when it is no UTF-8, and so is what begins
with the mark of UTF-8 and is none.
"""

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A first `<` or `{` in an encoding of two bytes that has no mark (XML 1.0 appendix F).
_UNMARKED = (
    (b"<\0", "utf-16-le"),
    (b"{\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\0{", "utf-16-be"),
)
_HEADER = re.compile(r"""(?i);\s*+charset\s*+=\s*+["']?([\w.:-]{1,40})""")
_DECLARATION = re.compile(rb"""\s*+<\?xml[^>]{0,200}?encoding\s*+=\s*+["']([\w.:-]{1,40})["']""")

# By Python's names of the codecs.
_EAST_ASIAN = re.compile(r"big5|cp9[345]\d|euc_|gb|hz|iso2022|johab|shift")
# No charsets, or such as the first bytes have already been asked about.
_UNBELIEVED = re.compile(r"idna|punycode|raw_unicode|unicode|utf-")
# The names that pages use for the larger charset of their system (WHATWG Encoding section 4.2).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_SPACES = bytes.maketrans(b"\x0b\x0c", b"  ")
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r\x0b\x0c"))
# Windows' quotation marks and dashes under their old numbers, which mean control characters now.
_C1 = re.compile(rb"\xc2([\x80-\x9f])")
_NONCHARACTERS = ("\ufdd0".encode(), "\ufffe".encode(), "\uffff".encode())
_THEIR_FIRST_BYTE = b"\xef"


def read_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """A document in UTF-8, without a byte order mark and fit for XML 1.0 (section 2.2).

    A vertical tab or form feed becomes a space, since they part words, and a control character from
    128 on what Windows means by its number; the others, lone surrogates and noncharacters go. U+FDD0 goes too, so that it is free to mark places with.
    """
    utf8 = _utf8(body.removeprefix(codecs.BOM_UTF8), content_type or "")
    return _fit(utf8.removeprefix(codecs.BOM_UTF8))


def read_text(body: bytes, content_type: str | None = None) -> str:
    """The characters of a document, as `read_utf8` gives them."""
    return read_utf8(body, content_type).decode()


def fit(text: str) -> str:
    """The text without the characters that `read_utf8` leaves out."""
    return _fit(text.encode(errors="ignore")).decode()


def _fit(utf8: bytes) -> bytes:
    utf8 = utf8.translate(_SPACES, _CONTROLS)
    utf8 = _C1.sub(lambda old: old[1].decode("cp1252", "ignore").encode(), utf8)
    if _THEIR_FIRST_BYTE in utf8:
        for noncharacter in _NONCHARACTERS:
            utf8 = utf8.replace(noncharacter, b"")
    return utf8


def _utf8(body: bytes, content_type: str) -> bytes:
    for start, encoding in (*_MARKS, *_UNMARKED):
        if body.startswith(start):
            return body.decode(encoding, errors="replace").encode()
    declared = list(_declared(body, content_type))
    believed = [name for name in declared if _EAST_ASIAN.match(name)]
    for name in (*believed, "utf-8", *declared):
        try:
            text = body.decode(name)
        except (UnicodeError, LookupError):
            continue
        # What is UTF-8 already needs no second copy; a document may have many megabytes.
        return body if name == "utf-8" else text.encode(errors="ignore")
    return _damaged(body).encode()


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """The charsets that the header and the document name, as Python calls them."""
    header, declaration = _HEADER.search(content_type), _DECLARATION.match(body)
    for name in (header and header[1], declaration and declaration[1].decode()):
        try:
            known = codecs.lookup(name or "utf-8").name
        except LookupError:
            continue
        if not _UNBELIEVED.match(known):
            yield _MEANT.get(known, known)


def _damaged(body: bytes) -> str:
    """UTF-8 with wrong bytes in it when most of its letters are right, else Windows-1252."""
    try:
        # Halves of characters, as programs write them that think in UTF-16 (CESU-8).
        halves = body.decode(errors="surrogatepass")
    except UnicodeDecodeError:
        text = body.decode(errors="replace")
        if len(body) - len(text) > text.count("\ufffd"):
            return text
        return body.decode("cp1252", errors="replace")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
