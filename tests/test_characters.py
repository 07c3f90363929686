"""Charsets, named, lied about or kept silent; every letter of Finnish and Sámi in each."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Document
from feedhub.parse import read
from feedhub.parse.characters import fit, read_text, read_utf8
from tests.samples import source

FINNISH = "Äijä söi ÅÄÖ åäö Šekki žetoni"
SKOLT = "ʹ âčđǧǥǩŋõšž ÂČĐǦǤǨŊÕŠŽ sääʹmǩiõll"
INARI = "âäáčđŋšž ÂÄÁČĐŊŠŽ anarâškielâ"
NORTHERN = "áčđŋšŧž ÁČĐŊŠŦŽ davvisámegiella"
LETTERS = {"Finnish": FINNISH, "Skolt": SKOLT, "Inari": INARI, "Northern": NORTHERN}


def xml(title: str, encoding: str = "") -> str:
    named = f' encoding="{encoding}"' if encoding else ""
    return (
        f'<?xml version="1.0"{named}?>\n<rss version="2.0"><channel><title>T</title>'
        f"<item><title>{title}</title></item></channel></rss>"
    )


def title(body: bytes, content_type: str | None = None) -> str:
    document = Document(address="https://a.example/", body=body, content_type=content_type)
    (entry,) = read([document], source()).entries
    assert entry.title is not None
    return entry.title.value


CODED = {
    "UTF-8": (xml("{}"), "utf-8"),
    "UTF-8, named": (xml("{}", "UTF-8"), "utf-8"),
    "UTF-8 with a mark": (xml("{}"), "utf-8-sig"),
    "UTF-16 with a mark": (xml("{}", "UTF-16"), "utf-16"),
    "UTF-16 without a mark": (xml("{}"), "utf-16-le"),
    "UTF-16 the other way round": (xml("{}"), "utf-16-be"),
    "UTF-32 with a mark": (xml("{}"), "utf-32"),
    "UTF-8, named UTF-16": (xml("{}", "utf-16"), "utf-8"),
    "UTF-8, named Latin 1": (xml("{}", "iso-8859-1"), "utf-8"),
    "UTF-8, named nothing known": (xml("{}", "x-sami"), "utf-8"),
    "UTF-8, named as no charset": (xml("{}", "rot13"), "utf-8"),
}


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("name", CODED)
def test_letters_come_through_every_form_of_unicode(name: str, language: str) -> None:
    document, encoding = CODED[name]
    letters = LETTERS[language]
    assert letters == title(document.format(letters).encode(encoding))


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("form", ["&#{};", "&#x{:x};"], ids=["decimal", "hexadecimal"])
def test_letters_come_through_references(form: str, language: str) -> None:
    letters = LETTERS[language]
    written = "".join(form.format(ord(each)) for each in letters)
    assert letters == title(xml(written).encode("ascii"))


NORDIC = "Äijä söi ÅÄÖ åäö"

NAMED: dict[str, tuple[str, str, str | None]] = {
    # The text, its charset, the header.
    "Latin 1, named": (xml(NORDIC, "ISO-8859-1"), "latin-1", None),
    "Latin 1, not named": (xml(NORDIC), "latin-1", None),
    "Latin 1, named by the header": (xml(NORDIC), "latin-1", "text/xml; charset=ISO-8859-1"),
    "Latin 1, named UTF-8": (xml(NORDIC, "utf-8"), "latin-1", "text/xml; charset=utf-8"),
    "Windows-1252, named Latin 1": (xml("”Äijä” – 5 €", "iso-8859-1"), "cp1252", None),
    "Windows-1252, named ASCII": (xml("”Äijä”", "us-ascii"), "cp1252", None),
    "Latin 9": (xml("Šekki 5 €", "iso-8859-15"), "iso-8859-15", None),
    "Latin 6, for the North": (xml("Áčđŋšŧž äö", "iso-8859-10"), "iso-8859-10", None),
    "a Cyrillic charset": (xml("Мурманск", "windows-1251"), "cp1251", None),
    "another Cyrillic charset": (xml("Мурманск", "koi8-r"), "koi8-r", None),
    "the header before the declaration": (
        xml("Мурманск", "koi8-r"),
        "cp1251",
        'application/xml; version=1; Charset="windows-1251"',
    ),
    "a Japanese charset": (xml("日本", "Shift_JIS"), "shift_jis", None),
    "a Chinese charset, by an old name": (xml("芬兰", "gb2312"), "gbk", None),
    "UTF-8, and a header that lies": (xml(NORDIC), "utf-8", "text/xml; charset=windows-1251"),
}


@pytest.mark.parametrize("name", NAMED)
def test_charset_is_found(name: str) -> None:
    document, encoding, header = NAMED[name]
    expected = document.split("<title>")[2].split("</title>")[0]
    assert expected == title(document.encode(encoding), header)


DAMAGED: dict[str, tuple[bytes, str]] = {
    "a wrong byte in UTF-8": (f"{FINNISH} ".encode() + b"\xff ja", f"{FINNISH} \ufffd ja"),
    "a letter cut in half": (f"{FINNISH} ".encode() + b"\xc3 ja", f"{FINNISH} \ufffd ja"),
    "mostly Windows-1252": ("Äijä söi – ÅÄÖ".encode("cp1252"), "Äijä söi – ÅÄÖ"),
    "half a character in UTF-8": ("Ääni ".encode() + b"\xed\xa0\x80x", "Ääni x"),
    "two halves of a character in UTF-8": (b"x\xed\xa0\xbd\xed\xb8\x80y", "x😀y"),
    "quotation marks under old numbers": ("\x93Äijä\x94 \x96\x81".encode(), "“Äijä” –"),
    "a mark of UTF-8 before Latin 1": (codecs.BOM_UTF8 + b"\xc4ij\xe4", "Äijä"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_costs_no_letter_beside_it(name: str) -> None:
    body, expected = DAMAGED[name]
    assert expected == read_text(body)


@given(st.text(st.characters(exclude_categories=())))
def test_fit_text_is_kept_and_the_rest_goes(text: str) -> None:
    once = fit(text)
    assert once == fit(once)
    assert once.encode().decode() == once
    kept = {each for each in text if each.isalnum() or each in " \n\t"}
    assert kept <= set(once)


@given(st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_any_bytes_are_text(body: bytes, content_type: str | None) -> None:
    text = read_text(body, content_type)
    assert text == fit(text)
    assert text.encode() == read_utf8(body, content_type)


@given(st.text(st.characters(codec="utf-8"), max_size=50), st.sampled_from(["koi8-r", "latin-1"]))
def test_utf8_is_believed_against_every_header(text: str, charset: str) -> None:
    body = f"ä{text}".encode()
    assert fit(f"ä{text}") == read_text(body, f"text/xml; charset={charset}")
