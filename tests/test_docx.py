"""Word documents: what is read of them, and which are not unpacked."""

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Document, RawEntry, RawFeed
from feedhub.parse import docx
from feedhub.parse.articles import parse_all

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
RELATIONS = f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"""
STYLES = f"""<w:styles {WORD}>
<w:style w:type="paragraph" w:styleId="Otsikko"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Otsikko2"><w:name w:val="heading 2"/></w:style></w:styles>"""
BLIP = """<w:r><w:drawing><wp:inline
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><a:graphic>
<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:blipFill><a:blip r:%s="p1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>
</wp:inline></w:drawing></w:r>"""


def paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


def body(*paragraphs: str) -> str:
    return f"<w:document {WORD}><w:body>{''.join(paragraphs)}</w:body></w:document>"


def word(text: str, method: int = ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    """A document; further parts by their names, with _ for slash and no ending."""
    given = {f"{name.replace('_', '/')}.xml": part for name, part in parts.items()}
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "word/document.xml": text,
            "word/styles.xml": STYLES,
            **given,
        },
        method,
    )


def packed(parts: Mapping[str, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    package = BytesIO()
    with ZipFile(package, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return package.getvalue()


def core(**properties: str) -> str:
    """The properties of a document."""
    rows = (f"<{n.replace('_', ':')}>{v}</{n.replace('_', ':')}>" for n, v in properties.items())
    return f"<cp:coreProperties>{''.join(rows)}</cp:coreProperties>"


def read(content: bytes) -> RawFeed:
    address = "/articles/2026-11-24-kauppa.docx"
    return parse_all([Document(name="2026-11-24-kauppa.docx", address=address, body=content)])


def entry(content: bytes) -> RawEntry:
    feed = read(content)
    assert feed.complete, feed.faults
    return feed.entries[0]


def test_document_becomes_title_and_text() -> None:
    found = entry(
        word(
            body(
                paragraph("Kauppa &amp; kylä", "Otsikko"),
                paragraph("Teksti &lt;alkaa&gt;."),
                paragraph("Väliotsikko", "Otsikko2"),
            )
        )
    )
    assert found.title
    assert "Kauppa & kylä" == found.title.value
    assert found.content
    assert "<p>Teksti &lt;alkaa&gt;.</p><h2>Väliotsikko</h2>" == found.content.value
    assert "2026-11-24" == found.published
    assert "2026-11-24-kauppa" == found.id


def test_properties_of_a_document_say_what_front_matter_would() -> None:
    properties = core(
        dc_title="Otsikko",
        dc_description="Ote &amp; muu",
        cp_keywords="a; b",
        dc_language="sv",
        dc_creator="KONE-1\\maija",
    )
    found = entry(word(body(paragraph("Teksti.")), docProps_core=properties))
    assert found.title
    assert "Otsikko" == found.title.value
    assert found.summary
    assert "Ote & muu" == found.summary.value
    assert ("a", "b") == found.categories
    assert "sv" == found.language
    assert () == found.authors
    assert not found.draft


@pytest.mark.parametrize("status", ["Draft", "Luonnos", "utkast"])
def test_status_of_a_document_makes_a_draft(status: str) -> None:
    content = word(body(paragraph("Teksti.")), docProps_core=core(cp_contentStatus=status))
    assert entry(content).draft


@pytest.mark.parametrize("kind", ["embed", "link"])
def test_picture_in_a_document_is_left_out_and_told(kind: str) -> None:
    relations = f"""<Relationships xmlns="{PACKAGE}/relationships">
    <Relationship Id="p1" Type="{OFFICE}/image" Target="file:///etc/hostname"
     TargetMode="External"/></Relationships>"""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": body(paragraph("Teksti."), f"<w:p>{BLIP % kind}</w:p>"),
        "word/_rels/document.xml.rels": relations,
    }
    feed = read(packed(parts))
    assert feed.complete
    assert ["docx-pictures"] == [each.code for each in feed.faults]
    content = feed.entries[0].content
    assert content
    assert "<p>Teksti.</p>" == content.value


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
DEEP = f"<w:document {WORD}>{'<w:p>' * 20_000}{'</w:p>' * 20_000}</w:document>"
BAD = {
    "no zip": (b"PK but not really", "is damaged"),
    "an empty zip": (packed({}), "cannot be read"),
    "a zip of something else": (packed({"a.xml": "<a/>"}), "cannot be read"),
    "half of a document": (word(body(paragraph("a" * 9_000)))[:700], "is damaged"),
    "a document of old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1", "locked by a password"),
    "entities": (word(BOMB + body()), "declares XML entities"),
    "entities in UTF-16": (word(body(), word_x=BOMB.encode("utf-16")), "declares XML entities"),
    "a part too large": (word(body(), word_x=b"x" * 3_000_001), "too much text"),
    "tags too many": (word(body("<w:p/>" * 50_000)), "too much text"),
    "parts too many": (packed({f"{n}.xml": "" for n in range(501)}), "too much text"),
    "parts too large together": (
        packed({f"{n}.xml": b"x" * 2_900_000 for n in range(3)}),
        "too much text",
    ),
    "another packing": (word(body(), ZIP_BZIP2), "packed in an unusual way"),
    "a third packing": (word(body(), ZIP_LZMA), "packed in an unusual way"),
    "no text": (word(body()), "is empty"),
    "XML that is broken": (word("<w:document>"), "cannot be read"),
    "XML deeper than Python": (word(DEEP), "cannot be read"),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("case", BAD)
def test_bad_document_is_refused_by_name(case: str) -> None:
    content, wrong = BAD[case]
    feed = read(content)
    assert () == feed.entries
    assert not feed.complete
    (fault,) = feed.faults
    assert fault.message.startswith("2026-11-24-kauppa.docx: ")
    assert wrong in fault.message


def test_part_that_promises_less_than_it_holds_is_damaged() -> None:
    content = word(body(paragraph("x" * 5_000)))
    size = (len(body(paragraph("x" * 5_000)))).to_bytes(4, "little")
    assert 2 == content.count(size)
    lying = content.replace(size, (100).to_bytes(4, "little"))
    (fault,) = read(lying).faults
    assert "is damaged" in fault.message


def test_part_that_is_locked_is_not_asked_for() -> None:
    content = word(body(paragraph("x")))
    flags = re.compile(rb"(?s)(?<=PK\x01\x02.{4})\0\0")
    locked = flags.sub(b"\x01\0", content)
    (fault,) = read(locked).faults
    assert "packed in an unusual way" in fault.message


def test_without_the_extra_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "mammoth", None)
    (fault,) = read(word(body(paragraph("x")))).faults
    assert "2026-11-24-kauppa.docx: Word documents cannot be read yet." == fault.message
    assert "pip install 'feedhub[docx]'" in fault.remedy


@given(data=st.data())
def test_any_damage_to_a_document_gives_an_entry_or_a_fault(data: st.DataObject) -> None:
    content = bytearray(word(body(paragraph("Kauppa", "Otsikko"), paragraph("Teksti."))))
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(places, min_size=1, max_size=8)):
        content[place] = value
    feed = read(bytes(content))
    assert 1 == len(feed.entries) + (not feed.complete)


@given(markup=st.text("<w:pbody/>= \"&;x'", max_size=60))
def test_any_markup_in_a_document_gives_an_entry_or_a_fault(markup: str) -> None:
    feed = read(word(f"<w:document {WORD}><w:body>{markup}</w:body></w:document>"))
    assert 1 == len(feed.entries) + (not feed.complete)
