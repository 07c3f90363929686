"""Documents made to harm: each is refused by name or read in part, soon and in little memory."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedhub.model import Document, Fault, RawFeed
from feedhub.parse import ParseError, read
from feedhub.parse.digest import Digest
from feedhub.parse.pool import ParsePool
from tests.misdeeds import weigh
from tests.monsters import MONSTERS, Outcome, item, rss, titled
from tests.samples import source

ADDRESS = "https://kyla.example.fi/feed/"
MEBIBYTE = 1 << 20
MOST_SECONDS = 8
MOST_BYTES = 100 * MEBIBYTE


def document(body: str | bytes) -> Document:
    return Document(address=ADDRESS, body=body if isinstance(body, bytes) else body.encode())


def feed(body: str | bytes) -> RawFeed:
    return read([document(body)], source())


def outcome(found: Digest | Fault) -> Outcome:
    return found.code if isinstance(found, Fault) else len(found.normalized.entries)


async def taken_amiss(pool: ParsePool, names: Iterator[str]) -> list[str]:
    """What is wrong with how these monsters were taken, one after the other."""
    wrong = []
    for name in names:
        expected, make = MONSTERS[name]
        found, seconds, size = await pool.run(weigh, document(make()))
        if outcome(found) != expected or seconds > MOST_SECONDS or size > MOST_BYTES:
            wrong.append(f"{name}: {outcome(found)}, {seconds:.1f} s, {size // MEBIBYTE} MiB")
    return wrong


def test_monsters_are_taken_soon_and_in_little_memory() -> None:
    async def take_all() -> list[str]:
        limit = timedelta(seconds=60)
        names = iter(MONSTERS)
        async with ParsePool(2, deadline=limit, memory_bytes=512 * MEBIBYTE) as pool:
            both = await asyncio.gather(*(taken_amiss(pool, names) for _ in range(2)))
        return [words for each in both for words in each]

    assert [] == asyncio.run(take_all())


def test_entries_before_one_that_is_too_large_are_kept() -> None:
    whole = "".join(f"<item><title>{each}</title></item>" for each in ("Yksi", "Kaksi"))
    monster = f"<item>{'<category>x</category>' * 50_000}</item>"
    found = feed(rss(f"{whole}{monster}<item><title>Neljäs</title></item>"))
    assert ["Yksi", "Kaksi"] == [entry.title.value for entry in found.entries if entry.title]
    assert (False, False) == (found.complete, found.truncated)


def test_newest_of_too_many_entries_are_kept_at_either_end() -> None:
    found = feed(rss("".join(f"<item><title>{n}</title></item>" for n in range(5_000))))
    titles = [entry.title.value for entry in found.entries if entry.title]
    assert [*map(str, range(500)), *map(str, range(4_500, 5_000))] == titles


OUTER = {
    "as an entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{path}">]>',
    "as a parameter": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file://{path}"> %x;]>',
    "as a public entity": '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//X" "file://{path}">]>',
    "as the type": '<!DOCTYPE rss SYSTEM "file://{path}">',
}


@pytest.mark.parametrize("name", OUTER)
def test_outer_files_are_not_read(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('<!ENTITY x "hush">', "ascii")
    found = feed(titled("a&x;b", OUTER[name].format(path=secret)))
    (entry,) = found.entries
    assert entry.title is not None
    assert entry.title.value in {"a&x;b", "ab", "a"}


CUT = {
    "in a text": "<description>Kolmas on kes",
    "in a long text": f"<description>{'sana ' * 1_000}",
    "in a section": f"<description><![CDATA[{'sana ' * 1_000}",
    "in a tag": "<descri",
    "in a reference": "<description>Kolmas &am",
    "in a letter": "<description>Ä",
    "before the entry ends": "<description>Kolmas</description>",
}


@pytest.mark.parametrize("name", CUT)
def test_half_entry_of_a_cut_document_is_dropped(name: str) -> None:
    whole = "".join(f"<item><title>{each}</title></item>" for each in ("Yksi", "Kaksi"))
    body = rss(f"{whole}<item><title>Kolmas</title>{CUT[name]}#").split("#", 1)[0].encode()
    found = feed(body[:-1] if name == "in a letter" else body)
    titles = [entry.title.value for entry in found.entries if entry.title]
    assert (["Yksi", "Kaksi"], True, False) == (titles, found.truncated, found.complete)


@pytest.mark.parametrize("end", ["", "</channel>", "\n<!-- cut"])
def test_document_cut_between_entries_keeps_them_all(end: str) -> None:
    body = rss("<item><title>Yksi</title></item>#").split("#", 1)[0] + end
    assert [1] == [len(feed(body).entries)]


def test_document_cut_in_its_first_entry_is_a_fault() -> None:
    with pytest.raises(ParseError) as caught:
        feed(item("")[:90])
    assert caught.value.fault.code == "truncated"


BARRED = {
    "lone surrogates as references": ("a&#xD800;b&#55296;c&#xDFFF;d", "abcd"),
    "surrogates in pairs": ("a&#xD83D;&#xDE00;b&#55357;&#56832;c", "a😀b😀c"),
    "surrogates the wrong way round": ("a&#xDE00;&#xD83D;b", "ab"),
    "numbers beyond Unicode": ("a&#1114112;b&#x110000;c&#99999999999;d", "abcd"),
    "controls as references": ("a&#0;b&#x1F;c&#8;d", "abcd"),
    "controls": ("a\x00b\x08c\x1bd", "abcd"),
    "white space of printers": ("a\x0bb\x0cc", "a b c"),
    "noncharacters": ("a\ufffeb\uffffc\ufdd0d", "abcd"),
    "noncharacters as references": ("a&#xFFFE;b&#65535;c&#xFDD0;d", "abcd"),
    "references without a number": ("a&#;b&#x;c", "abc"),
    "letters as references": ("&#228;&#x111;&#x14B;", "äđŋ"),
    "an unknown entity": ("a&foo;b", "a&foo;b"),
    "a bare ampersand": ("Aapa & Napa", "Aapa & Napa"),
}


@pytest.mark.parametrize("name", BARRED)
@pytest.mark.parametrize("length", [0, 400], ids=["short", "long"])
def test_barred_characters_go_and_the_others_stay(name: str, length: int) -> None:
    written, expected = BARRED[name]
    filler = "x" * length
    (entry,) = feed(item(f"<description>{filler}{written}</description>")).entries
    assert entry.summary is not None
    assert filler + expected == entry.summary.value
