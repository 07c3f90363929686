"""Word documents -> HTML. The door of mammoth, which the extra `docx` brings.

A .docx is a zip of XML parts and pictures. What the parts would unpack to is counted before any is
unpacked, XML that declares entities is refused, since Word writes none, and mammoth is given these
parts and nothing else.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from feedhub.parse.errors import ParseError

try:
    import mammoth
except ImportError:
    mammoth = None

MAX_PARTS = 500
MAX_PART_BYTES = 3_000_000
"""Of one XML part, unpacked. An article of ten pages has some 300,000."""
MAX_XML_BYTES = 8_000_000
"""Of all XML parts together."""
MAX_TAGS = 50_000
"""Of one XML part. An article of ten pages has some 10,000; mammoth takes 0.1 ms for the worst."""

_OLE = b"\xd0\xcf\x11\xe0"
_XML = (".xml", ".rels")
_ENCRYPTED = 0x1
_APART = "Put the article into a document of its own, or part it."
_ANEW = "Open it in Word and save it anew."

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_PROPERTIES = "docProps/core.xml"
# Who wrote it is not among them: Word fills that in by itself, with the name of an account.
_PROPERTY = re.compile(
    r"<(dc:title|dc:description|dc:language|cp:keywords|cp:category|cp:contentStatus)>([^<]{1,2000})<"
)
_KEYS = {
    "dc:description": "excerpt",
    "dc:language": "language",
    "cp:keywords": "categories",
    "cp:category": "categories",
    "cp:contentStatus": "status",
}


@dataclass(frozen=True, slots=True)
class WordText:
    """A document as HTML. `facts` have the names of front matter's keys."""

    title: str
    facts: Mapping[str, str]
    html: str
    pictures: int
    """How many pictures it holds; they are left out."""


def read(body: bytes) -> WordText:
    """The text of a Word document. Raises ParseError."""
    if mammoth is None:
        raise ParseError.of(
            "docx-extra",
            "Word documents cannot be read yet.",
            "Install what reads them: pip install 'feedhub[docx]'",
        )
    parts = _parts(body)
    pictures: list[object] = []

    def leave_out(picture: object) -> list[object]:
        pictures.append(picture)
        return []

    result = mammoth.convert_to_html(
        _packed(parts),
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=leave_out,
    )
    properties = parts.get(_PROPERTIES, b"").decode(errors="replace")
    facts = {name: unescape(value).strip() for name, value in _PROPERTY.findall(properties)}
    return WordText(
        title=facts.pop("dc:title", ""),
        facts={_KEYS[name]: value for name, value in facts.items() if value},
        html=result.value,
        pictures=len(pictures),
    )


def _parts(body: bytes) -> dict[str, bytes]:
    """The XML parts of a document, when they are few, small and plain enough to be read."""
    if body.startswith(_OLE):
        raise _bad("is locked by a password or of the old kind", "Save it without one, as .docx.")
    try:
        with ZipFile(BytesIO(body)) as package:
            members = [each for each in package.infolist() if _is_xml(each)]
            _check(members)
            parts = {each.filename: package.read(each) for each in members}
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise _bad("is damaged", _ANEW) from error
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in map(_ascii, parts.values())):
        raise _bad("declares XML entities", _ANEW)
    if any(part.count(b"<") > MAX_TAGS for part in parts.values()):
        raise _bad("has too much text", _APART)
    return parts


def _check(members: list[ZipInfo]) -> None:
    """Before anything is unpacked: zipfile stops at the size that a member promises."""
    sizes = [each.file_size for each in members]
    too_many = len(members) > MAX_PARTS or sum(sizes) > MAX_XML_BYTES
    if too_many or max(sizes, default=0) > MAX_PART_BYTES:
        raise _bad("has too much text", _APART)
    for each in members:
        # Only these are unpacked by the piece.
        if each.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or each.flag_bits & _ENCRYPTED:
            raise _bad("is packed in an unusual way", _ANEW)


def _is_xml(member: ZipInfo) -> bool:
    return member.filename.lower().endswith(_XML)


def _ascii(part: bytes) -> bytes:
    """The part with its markup in ASCII, were it UTF-16."""
    return part.replace(b"\0", b"")


def _packed(parts: Mapping[str, bytes]) -> BytesIO:
    """A document of these parts only: no other can be reached from them."""
    package = BytesIO()
    with ZipFile(package, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return package


def _bad(wrong: str, remedy: str) -> ParseError:
    return ParseError.of("bad-docx", f"The document {wrong}.", remedy)
