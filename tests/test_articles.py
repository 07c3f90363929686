"""Article files: what becomes title, text, date and identity, and which files are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedhub.fetch.files import asset, read_folder
from feedhub.model import (
    Author,
    Document,
    Fetched,
    Limits,
    Memory,
    RawEntry,
    RawFeed,
    Source,
    Text,
    Translation,
)
from feedhub.parse import articles, markdown
from feedhub.parse.articles import parse_all
from feedhub.parse.frontkeys import KEYS


def document(name: str, body: str | bytes) -> Document:
    content = body.encode() if isinstance(body, str) else body
    return Document(name=name, address=f"/articles/{name}", body=content)


def folder(**files: str | bytes) -> RawFeed:
    """What is read of files whose endings stand after two underscores."""
    return parse_all(document(k.replace("__", "."), v) for k, v in files.items())


def entry(body: str | bytes, name: str = "uutinen.md") -> RawEntry:
    """The one article, in which all is well."""
    feed = parse_all([document(name, body)])
    assert () == feed.faults
    assert feed.complete
    (found,) = feed.entries
    return found


def noted(body: str, name: str = "uutinen.md") -> tuple[RawEntry, list[str]]:
    """The one article, and what its writer is told."""
    feed = parse_all([document(name, body)])
    assert feed.complete
    (found,) = feed.entries
    assert all(each.remedy for each in feed.faults)
    return found, [each.message for each in feed.faults]


def refused(body: str | bytes, name: str = "uutinen.md") -> tuple[str, str]:
    """The code and the sentence with which the one article is refused."""
    feed = parse_all([document(name, body)])
    assert () == feed.entries
    assert not feed.complete
    (fault,) = feed.faults
    assert "withdrawn" in fault.remedy
    return fault.code, fault.message


def matter(block: str) -> str:
    return f"---\n{block}\n---\nTeksti.\n"


def text(found: Text | None) -> str | None:
    return found.value if found else None


# What a file gives


def test_article_with_all_its_keys() -> None:
    written = """\
---
id: talvi-2026
title: "Talven työ: uusi alku"
date: 2026-11-24
updated: 25.11.2026
language: fi
topics: [matkailu, elinkeinot]
tags: [sesonkityö]
authors: [Maija Meikäläinen]
excerpt: |
  Lyhyesti.
image: kuvat/oma kuva.png
url: https://kyla.example.fi/talvi
translations: {sv: https://kyla.example.fi/sv/vinter}
draft: false
---

Teksti *alkaa*.
"""
    expected = RawEntry(
        id="talvi-2026",
        url="https://kyla.example.fi/talvi",
        title=Text(value="Talven työ: uusi alku", kind="text"),
        summary=Text(value="Lyhyesti.", kind="text"),
        content=Text(value="<p>Teksti <em>alkaa</em>.</p>\n", kind="html"),
        published="2026-11-24",
        updated="25.11.2026",
        authors=(Author(name="Maija Meikäläinen"),),
        categories=("sesonkityö",),
        topics=("matkailu", "elinkeinot"),
        language="fi",
        image="kuvat/oma%20kuva.png",
        translations=(Translation(language="sv", url="https://kyla.example.fi/sv/vinter"),),
        local=True,
        document="2026/uutinen.md",
    )
    assert expected == entry(written, "2026/uutinen.md")


def test_toml_says_the_same_as_yaml() -> None:
    yaml = "---\ntitle: A\ndate: 2026-11-24\nlang: no\ntags: [a, b]\n---\nText"
    toml = "+++\ntitle = 'A'\ndate = 2026-11-24\nlang = 'no'\ntags = ['a', 'b']\n+++\nText"
    assert entry(yaml) == entry(toml)
    assert "no" == entry(toml).language


@pytest.mark.parametrize("name", ["a.md", "a.markdown", "a.MD"])
def test_markdown_is_commonmark_with_tables(name: str) -> None:
    found = entry("# T\n\n| a |\n|---|\n| b |\n\n~~c~~\n\n![k](kuvat/k.png)\n\n`<d>`", name)
    html = text(found.content) or ""
    for expected in ("<td>b</td>", "<s>c</s>", 'src="kuvat/k.png"', "&lt;d&gt;"):
        assert expected in html


@pytest.mark.parametrize("mark", ["<!--more-->", "<!-- more -->"])
def test_mark_of_the_excerpt_comes_through(mark: str) -> None:
    assert "<!--more-->" in (text(entry(f"Alku.\n\n{mark}\n\nLoppu.").content) or "")
    assert "<!--more-->" in (text(entry(f"Alku. {mark} Loppu.").content) or "")


def test_plain_text_keeps_its_lines_and_signs() -> None:
    found = entry("Tapahtuma\n\nAika: <klo 10> & jälkeen\nPaikka: Inari\n \n\nLoppu\n", "a.txt")
    assert "Tapahtuma" == text(found.title)
    expected = "<p>Aika: &lt;klo 10&gt; &amp; jälkeen<br>Paikka: Inari</p>\n<p>Loppu</p>"
    assert expected == (text(found.content) or "").strip()


PLAIN_TITLES = {
    "a line alone": ("Otsikko\n\nTeksti.", "Otsikko"),
    "an underlined line": ("Otsikko\n=======\nTeksti.", "Otsikko"),
    "an underlined line with a gap": ("Otsikko\n-------\n\nTeksti.", "Otsikko"),
    "a sentence": ("Tämä on lause.\n\nTeksti.", "Uutinen"),
    "a line that leads on": ("Ohjelma:\n\nTeksti.", "Uutinen"),
    "two lines": ("Yksi\nkaksi\n\nTeksti.", "Uutinen"),
    "nothing below": ("Otsikko", "Uutinen"),
    "too long a line": ("sana " * 40 + "\n\nTeksti.", "Uutinen"),
    "front matter": ("---\ntitle: A\n---\nOtsikko\n\nTeksti.", "A"),
}


@pytest.mark.parametrize("case", PLAIN_TITLES)
def test_first_line_of_plain_text_may_be_its_title(case: str) -> None:
    written, expected = PLAIN_TITLES[case]
    assert expected == text(entry(written, "uutinen.txt").title)


PAGE = """\
<!DOCTYPE html>
<html lang="sv"><head>
<!-- <title>Nej</title> <meta name="date" content="1999-01-01"> -->
<script>var a = "<title>Nej</title><h1>Nej</h1>";</script>
<title>Nyheter &amp; annat</title>
<meta charset="utf-8">
<meta name="Date" content="2026-11-24"><meta content='Maja "M" Dahl' name=author>
<meta name="description" content="Kort &amp; gott."><meta name="keywords" content="snö, is">
<link rel="canonical" href="https://a.example.fi/x"><meta property="og:image" content="k.png">
<style>h1 { color: red }</style>
</head><body class="a>b"><h1 id="x">Rubrik <em>ett</em></h1><p>Text</p></body></html>
"""


def test_web_page_tells_of_itself() -> None:
    found = entry(PAGE, "a.html")
    assert "Rubrik ett" == text(found.title)
    assert "<p>Text</p>" == text(found.content)
    assert "sv" == found.language
    assert "2026-11-24" == found.published
    assert (Author(name='Maja "M" Dahl'),) == found.authors
    assert "Kort & gott." == text(found.summary)
    assert ("snö", "is") == found.categories
    assert "https://a.example.fi/x" == found.url
    assert "k.png" == found.image


def test_endless_head_is_not_read_to_its_end() -> None:
    page = '<meta name="x" content="y">' * 200 + '<meta name="date" content="2026-11-24"><p>B'
    assert entry(page, "a.html").published is None


def test_front_matter_counts_more_than_the_page() -> None:
    found = entry(f"---\nkuvaus: Oma\nkieli: fi\n---\n{PAGE}", "a.html")
    assert "Oma" == text(found.summary)
    assert "fi" == found.language
    assert "2026-11-24" == found.published


PAGES = {
    "a title alone": ("<title>A</title><p>B</p>", "A", "<p>B</p>"),
    "a title that is not closed": ("<title>A<p>B</p>", "A<p>B", ""),
    "nothing of a page": ("<p>B</p>", "Uutinen", "<p>B</p>"),
    "a heading of a lower rank": ("<p>A</p><h2>B</h2><p>C</p>", "B", "<p>A</p><p>C</p>"),
    "a first rank below a lower one": ("<h2>A</h2><h1>B</h1>", "B", "<h2>A</h2>"),
    "a heading that is not closed": ("<h1>A<p>B</p>", "Uutinen", "<h1>A<p>B</p>"),
    "a heading of nothing": ("<h1> </h1><p>B</p>", "Uutinen", "<h1> </h1><p>B</p>"),
    "a body that is not closed": ("<body><p>B</p>", "Uutinen", "<p>B</p>"),
}


@pytest.mark.parametrize("case", PAGES)
def test_parts_of_a_page_are_found(case: str) -> None:
    written, title, body = PAGES[case]
    found = entry(written, "uutinen.html")
    assert title == text(found.title)
    assert body == (text(found.content) or "")


# Title


TITLES = {
    "front matter": (matter("title: A"), "A"),
    "the first heading": ("# B\n\nTeksti", "B"),
    "a heading underlined": ("B\n=\n\nTeksti", "B"),
    "a heading with markup": ("# *B* & `c`\n\nTeksti", "B & c"),
    "a heading below a text": ("Alku\n\n## B\n\nTeksti", "B"),
    "the file's name": ("Teksti", "Uutinen"),
    "the file's name when the title is empty": ("---\ntitle:\n---\nTeksti", "Uutinen"),
}


@pytest.mark.parametrize("case", TITLES)
def test_title_comes_from(case: str) -> None:
    written, expected = TITLES[case]
    found = entry(written)
    assert expected == text(found.title)
    assert "<h" not in (text(found.content) or "")


def test_heading_that_repeats_the_title_is_no_part_of_the_text() -> None:
    found = entry("---\ntitle: Uusi  alku\n---\n# uusi alku\n\nTeksti")
    assert "<p>Teksti</p>" == (text(found.content) or "").strip()


@pytest.mark.parametrize("body", ["# Muu\n\nTeksti", "Teksti\n\n# Uusi alku"])
def test_other_heading_stays_under_a_title(body: str) -> None:
    assert "<h1>" in (text(entry(f"---\ntitle: Uusi alku\n---\n{body}").content) or "")


NAMES = {
    "2026-11-24-kylän_uusi-kauppa.md": ("Kylän uusi kauppa", "2026-11-24"),
    "20261124_kauppa.md": ("Kauppa", "2026-11-24"),
    "2026.11.24 Kauppa.md": ("Kauppa", "2026-11-24"),
    "24.11.2026 Kauppa.md": ("Kauppa", "2026-11-24"),
    "1.2.2026-kauppa.md": ("Kauppa", "2026-02-01"),
    "2026-11-24.md": ("2026-11-24", "2026-11-24"),
    "2026-02-30-kauppa.md": ("2026 02 30 kauppa", None),
    "40123456-kauppa.md": ("40123456 kauppa", None),
    "2026-11-kauppa.md": ("2026 11 kauppa", None),
    "5g-verkko.md": ("5g verkko", None),
    "a/2026-11-24-b.md": ("B", "2026-11-24"),
    "-.md": ("-", None),
}


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file_is_read(name: str) -> None:
    title, day = NAMES[name]
    found = entry("Teksti", name)
    assert title == text(found.title)
    assert day == found.published


def test_date_of_the_front_matter_counts_more_than_the_name() -> None:
    found = entry(matter("date: 2026-12-01"), "2026-11-24-uutinen.md")
    assert "2026-12-01" == found.published


# Identity


def test_id_outlives_a_new_name_and_place() -> None:
    before = entry(matter("id: oma"), "uutinen.md")
    after = entry(matter("id: oma"), "2026/2026-11-24-toinen.txt")
    assert "oma" == before.id == after.id


def test_identity_without_an_id_is_the_path_without_its_ending() -> None:
    assert "2026/2026-11-24-uutinen" == entry("Teksti", "2026/2026-11-24-uutinen.md").id
    assert entry("Teksti", "a.md").id == entry("Teksti", "a.txt").id
    # A yearly article has the same words in its name every year.
    assert entry("Teksti", "2025-12-01-joulu.md").id != entry("Teksti", "2026-12-01-joulu.md").id


def test_identity_does_not_change_with_the_way_letters_are_composed() -> None:
    assert entry("x", "h\u00e4iri\u00f6.md").id == entry("x", "ha\u0308irio\u0308.md").id


@pytest.mark.parametrize(
    "files",
    [
        {"a.md": matter("id: oma"), "b.md": matter("id: oma")},
        {"a.docx.md": matter("id: b"), "b.md": "Teksti"},
        {"a.html": "<p>x", "a.md": "x"},
    ],
    ids=["one id in two files", "an id that is another's name", "one name with two endings"],
)
def test_second_file_of_one_identity_is_refused_by_name(files: dict[str, str]) -> None:
    first, second = files
    feed = parse_all(document(*each) for each in files.items())
    assert [first] == [each.document for each in feed.entries]
    assert not feed.complete
    assert "same-id" == feed.faults[0].code
    assert f"{second}: has the same id as {first}." == feed.faults[0].message


# Keys


@pytest.mark.parametrize(
    ("field", "lines"),
    {
        "title": ["title", "Title", "OTSIKKO", "otsikko", "rubrik"],
        "published": ["date", "published", "publish-date", "publish_date", "julkaistu", "datum"],
        "updated": ["updated", "lastmod", "päivitetty", "uppdaterad"],
        "language": ["language", "lang", "kieli", "språk"],
        "topics": ["topics", "aiheet", "ämnen"],
        "categories": ["categories", "tags", "avainsanat", "kategoriat", "nyckelord"],
        "authors": ["authors", "author", "kirjoittaja", "tekijät", "författare"],
        "summary": ["excerpt", "summary", "description", "tiivistelmä", "ingressi", "ingress"],
        "image": ["image", "cover", "kuva", "bild"],
        "draft": ["draft", "luonnos", "utkast"],
    }.items(),
)
def test_key_goes_by_the_names_that_writers_use(field: str, lines: list[str]) -> None:
    value = {"published": "2026-11-24", "updated": "2026-11-24", "draft": "true"}.get(field, "x")
    found = [getattr(entry(matter(f"{key}: {value}")), field) for key in lines]
    assert found[0]
    assert [found[0]] * len(lines) == found


VALUES: dict[str, tuple[str, str, Any]] = {
    "categories with commas": ("tags: a, b;c", "categories", ("a", "b", "c")),
    "categories under two keys": ("tags: [a]\ncategories: [b]", "categories", ("b", "a")),
    "categories with hash signs": ("tags: ['#a', b]", "categories", ("a", "b")),
    "an author": ("author: Ann, Lapin liitto", "authors", (Author(name="Ann, Lapin liitto"),)),
    "authors": ("author: Ann; Bo", "authors", (Author(name="Ann"), Author(name="Bo"))),
    "an author in a table": (
        "author: [{name: Ann, email: a@b.fi}]",
        "authors",
        (Author(name="Ann"),),
    ),
    "topics in capitals": ("topics: [Matkailu]", "topics", ("matkailu",)),
    "a topic by its title": ("topics: [Työ ja oppi]", "categories", ("Työ ja oppi",)),
    "a picture of Windows": ("image: kuvat\\k.png", "image", "kuvat/k.png"),
    "a picture in a table": ("cover: {src: k.png, alt: x}", "image", "k.png"),
    "a picture in a list": ("image: [k.png, l.png]", "image", "k.png"),
    "a picture elsewhere": ("image: https://a.fi/ä b.png", "image", "https://a.fi/ä b.png"),
    "a language twice": ("lang: sv\nlanguage: fi", "language", "fi"),
    "a list of one": ("language: [fi]", "language", "fi"),
    "a translation in a list": (
        "translations: [{lang: sv, url: https://a.fi/}]",
        "translations",
        (Translation(language="sv", url="https://a.fi/"),),
    ),
    "an empty value": ("author:\ntags: ~\nimage:\nexcerpt:", "authors", ()),
    "a key of another program": ("layout: post\nslug: x\nweight: 3", "categories", ()),
}


@pytest.mark.parametrize("case", VALUES)
def test_value_is_understood(case: str) -> None:
    block, field, expected = VALUES[case]
    assert expected == getattr(entry(matter(block)), field)


DRAFTS = {
    "draft: true": True,
    "draft: Yes": True,
    "luonnos: kyllä": True,
    "utkast: ja": True,
    "published: false": True,
    "julkaistu: ei": True,
    "status: Draft": True,
    "tila: luonnos": True,
    "draft: false": False,
    "luonnos: ei": False,
    "published: true": False,
    "status: published": False,
    "title: draft": False,
}


@pytest.mark.parametrize("block", DRAFTS)
def test_draft_is_told(block: str) -> None:
    assert DRAFTS[block] == entry(matter(block)).draft


TOLD = {
    "a misspelt key": ("ecxerpt: x", "uutinen.md:2: ecxerpt: this key has no effect here."),
    "an unknown key": ("sää: pakkasta", "uutinen.md:2: sää: this key has no effect here."),
    "a date that is none": (
        "title: a\ndate: ensi tiistaina",
        "uutinen.md:3: date: this date cannot be read, so the article counts as new today.",
    ),
    "an address that is none": ("url: /uutinen", "uutinen.md:2: url: this is no whole address."),
    "two titles": ("title: [a, b]", "uutinen.md:2: title: this has to be one value."),
    "a table of tags": ("tags: {a: b}", "uutinen.md:2: tags: this has to be a list."),
    "a translation without address": (
        "translations: {sv: vinter.md}",
        "uutinen.md:2: translations: this names no language and address.",
    ),
    "a draft or not": (
        "draft: ehkä",
        "uutinen.md:2: draft: this is neither true nor false, so the article counts as a draft.",
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_has_no_effect_is_told_and_the_article_stands(case: str) -> None:
    block, expected = TOLD[case]
    found, told = noted(matter(block))
    assert [expected] == told
    assert found.content


def test_doubtful_draft_waits() -> None:
    assert noted(matter("draft: ehkä"))[0].draft
    assert noted(matter("draft:"))[0].draft


def test_misspelt_key_is_told_which_was_meant() -> None:
    feed = parse_all([document("a.md", matter("ecxerpt: x"))])
    assert 'Did you mean "excerpt"?' == feed.faults[0].remedy


# Characters


CHARSETS = {
    "UTF-8 with its mark": "\ufeff---\ntitle: Häiriö\n---\n".encode(),
    "UTF-16": "---\ntitle: Häiriö\n---\n".encode("utf-16"),
    "UTF-16 of the other kind": "\ufeff---\ntitle: Häiriö\n---\n".encode("utf-16-be"),
    "Windows-1252": "---\ntitle: Häiriö\n---\n".encode("cp1252"),
    "Windows-1252 with its quotes": "---\r\ntitle: Häiriö\r\n---\r\n”x”".encode("cp1252"),
}


@pytest.mark.parametrize("case", CHARSETS)
def test_characters_are_found(case: str) -> None:
    assert "Häiriö" == text(entry(CHARSETS[case]).title)


@pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-5", "koi8-r"])
def test_page_names_its_charset(charset: str) -> None:
    page = f'<html><meta charset="{charset}"><h1>Новости</h1><p>Текст'
    assert "Новости" == text(entry(page.encode(charset), "a.html").title)


def test_page_of_no_charset_is_read_all_the_same() -> None:
    assert "Uutinen" == text(entry('<meta charset="no-such"><p>x', "uutinen.html").title)


# What is refused


BAD = {
    "nothing": (b"", "empty-article"),
    "white space": (b" \n\t\n", "empty-article"),
    "empty front matter": (b"---\n---\n", "empty-article"),
    "front matter of no text": (b"---\nlang: fi\n---\n", "empty-article"),
    "front matter that is broken": (b"---\ntitle: a: b\n---\n", "front-matter"),
    "a Word document in disguise": (b"PK\x03\x04rest", "binary"),
    "a PDF in disguise": (b"%PDF-1.7\n", "binary"),
    "a page of a word processor": (b"{\\rtf1 x}", "binary"),
    "a picture in disguise": (b"\x89PNG\r\n", "binary"),
    "zeros": (b"a\0b", "binary"),
    "noise": (bytes(range(1, 32)) * 9, "binary"),
    "a book": (b"a" * (markdown.MAX_CHARACTERS + 1), "too-long"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_refused_by_name_and_the_others_stand(case: str) -> None:
    body, code = BAD[case]
    found = refused(body)
    assert code == found[0]
    assert found[1].startswith("uutinen.md:")
    feed = folder(a__md="Hyvä", b__md=body, c__txt="Hyvä")
    assert ["a.md", "c.txt"] == [each.document for each in feed.entries]
    assert [code] == [each.code for each in feed.faults]


def test_mistake_is_named_with_file_and_line() -> None:
    assert (
        "uutinen.md:3: there is a second colon in this line."
        == refused("---\ndate: 2026-11-24\ntitle: Lappi: uusi\n---\n")[1]
    )


def test_library_that_fails_is_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> str:
        raise RecursionError

    monkeypatch.setattr(markdown, "render", fail)
    assert refused("x") == ("unreadable-article", "uutinen.md: cannot be read (RecursionError).")


def test_faults_are_bounded() -> None:
    feed = parse_all(document(f"{number}.md", b"") for number in range(300))
    assert articles.MAX_FAULTS == len(feed.faults)


def test_empty_folder_is_complete() -> None:
    assert RawFeed(complete=True) == parse_all([])


# The samples that are shipped


def test_shipped_articles_are_sound_and_show_every_key() -> None:
    source = Source(
        name="uutisvirta/articles",
        organization="uutisvirta",
        organization_name="",
        path=str(Path(__file__).parents[1] / "config" / "articles"),
    )
    outcome = read_folder(source, Memory(source=source.name), limits=Limits())
    assert isinstance(outcome, Fetched)
    feed = parse_all(outcome.documents)
    assert () == outcome.faults == feed.faults
    published = [each for each in feed.entries if not each.draft]
    assert ["en", "fi", "fi", "sv"] == sorted(each.language or "" for each in published)
    (draft,) = (each for each in feed.entries if each.draft)
    fields = (draft.id, draft.summary, draft.published, draft.topics, draft.categories, draft.image)
    assert all((*fields, draft.authors, draft.language))
    for each in feed.entries:
        if each.image:
            assert isinstance(asset(source, each.image), Path)


# Any bytes

KINDS = st.sampled_from(["a.md", "a.html", "a.txt", "a.docx", "a", "a.xyz"])
PIECES = st.sampled_from(
    [
        *("---\n", "+++\n", "title: a\n", "draft: ", "date: ", "tags: [", "# a\n", "<h1>", "</h1>"),
        *("<title>", "</title>", "<body>", "<!--", "-->", "<meta name=date content='", "<script>"),
        *("<html lang=", "'", '"', "<", ">", "\n\n", "===\n", "|a|\n|-|\n", "[a](b", "\ufeff", "é"),
    ]
)


@given(name=KINDS, body=st.binary(max_size=400))
@example(name="a.docx", body=b"PK\x05\x06" + b"\0" * 18)
@example(name="a.html", body=b"<title>")
def test_any_bytes_become_an_entry_or_a_fault(name: str, body: bytes) -> None:
    feed = parse_all([document(name, body)])
    assert feed.complete == (len(feed.entries) == 1)
    assert feed.entries or feed.faults


@given(name=KINDS, pieces=st.lists(PIECES, max_size=20))
def test_any_pieces_become_an_entry_or_a_fault(name: str, pieces: list[str]) -> None:
    feed = parse_all([document(name, "".join(pieces))])
    assert feed.complete == (len(feed.entries) == 1)
    for found in feed.entries:
        assert found.id
        assert found.title
        assert found.title.value.strip()


WORDS = st.sampled_from(["", "x", "true", "ei", "2026-11-24", "https://a.fi/", "fi", "a, b", "Ä;ö"])
VALUE = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "url", "lang", "src", "sv"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), VALUE, max_size=5))
def test_any_value_of_any_key_becomes_an_entry_or_a_fault(values: dict[str, Any]) -> None:
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    feed = parse_all([document("a.md", matter("\n".join(lines)))])
    assert feed.complete == (len(feed.entries) == 1)
    for found in feed.entries:
        assert all(isinstance(each, str) for each in (*found.categories, *found.topics))
        assert all(each.name for each in found.authors)


SLOW = {
    "a.html": [
        "<a ",
        "<!--",
        "<title>",
        "<h1>",
        '<a "',
        "<meta a=",
        "<script>",
        "</title",
        "<h1 a",
    ],
    "a.md": ["[", "![[", "**a_ ", "> ", "<!--", "|a", "a\n", "- ", "`", "&#x"],
    "a.txt": ["\n", "\n \n", "a\n\n", "<"],
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("name", "piece"), [(n, p) for n, ps in SLOW.items() for p in ps])
def test_no_text_takes_long(name: str, piece: str) -> None:
    feed = parse_all([document(name, "a " + piece * (30_000 // len(piece)))])
    assert 1 == len(feed.entries)
