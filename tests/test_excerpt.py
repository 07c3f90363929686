"""Excerpts by WordPress' rules, and the differences from them."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import excerpt, html

SEED = Path(__file__).parents[2] / "shared" / "seed" / "expected.json"

FIFTY_FIVE = " ".join(f"sana{number}" for number in range(55))


def words(count: int) -> str:
    return " ".join(f"sana{number}" for number in range(count))


COUNTED = {
    "54 words are all": (words(54), words(54)),
    "55 words are all": (FIFTY_FIVE, FIFTY_FIVE),
    "56 words are cut": (words(56), f"{FIFTY_FIVE} […]"),
    "tabs and line ends part words": (words(56).replace(" ", "\n\t \r\n"), f"{FIFTY_FIVE} […]"),
    "a no-break space joins words": (words(55) + "\xa0loput", FIFTY_FIVE + "\xa0loput"),
    "a narrow no-break space joins words": (words(55) + "\u202fkm", FIFTY_FIVE + "\u202fkm"),
    "an ideographic space joins words": (words(55) + "\u3000b", FIFTY_FIVE + "\u3000b"),
    "spaces at the ends are none": (f" \n{words(3)}\t ", words(3)),
    "no-break spaces at the ends are none": (f"\xa0\xa0{words(3)}\xa0", words(3)),
    "a dash on its own is a word": (words(54) + " – loput", words(54) + " – […]"),
    "an existing mark is no new one": (f"{FIFTY_FIVE} […]", f"{FIFTY_FIVE} […]"),
    "nothing stays nothing": ("", ""),
    "spaces are nothing": (" \xa0\n", ""),
    "one word": ("sana", "sana"),
    "ends of sentences stay": ("Silta on auki. Tervetuloa!", "Silta on auki. Tervetuloa!"),
}


@pytest.mark.parametrize(("text", "expected"), COUNTED.values(), ids=COUNTED)
def test_words_are_counted(text: str, expected: str) -> None:
    assert expected == excerpt.automatic(text)


MARKED_UP = {
    "ends of paragraphs part words": ("<p>yksi</p><p>kaksi</p>", "yksi kaksi"),
    "line ends part words": ("yksi<br>kaksi<br/>kolme", "yksi kaksi kolme"),
    "list items are parted": ("<ul><li>a</li><li>b</li></ul>", "a b"),
    "cells are parted": ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    "running markup parts nothing": ("ki<b>rja</b>sto", "kirjasto"),
    "entities are characters": ("a &amp; b &#8211; c&nbsp;d", "a & b – c\xa0d"),
    "entities are decoded once": ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    "an entity of space is no word": (f"&nbsp; {words(55)}", FIFTY_FIVE),
    "less than a number": ("1 <2 ja 3 > 2", "1 <2 ja 3 > 2"),
    "less than a letter": ("jos a <b niin", "jos a <b niin"),
    "scripts, styles and comments": ("a<script>b</script><style>c</style><!-- d -->e", "ae"),
    "pictures": ('<img alt="kuva" src="/k.jpg"><figcaption>a</figcaption>', "a"),
}


@pytest.mark.parametrize(("markup", "expected"), MARKED_UP.values(), ids=MARKED_UP)
def test_markup_is_read_before_words_are_counted(markup: str, expected: str) -> None:
    assert expected == excerpt.automatic(html.text(markup))


SURROUNDED = {
    "caption": ('[caption id="a" width="9"]Kuva[/caption] Teksti', "Teksti"),
    "gallery": ('[gallery ids="1,2"] Teksti', "Teksti"),
    "page builder": ("[vc_row][vc_column width=”1/2″]Teksti[/vc_column][/vc_row]", "Teksti"),
    "divi": ('[et_pb_section fb_built="1"]Teksti[/et_pb_section]', "Teksti"),
    "unknown shortcode with attributes": ('[kartta lat="1" lon="2"] Teksti', "Teksti"),
    "end of an unknown shortcode": ("Teksti[/kartta]", "Teksti"),
    "footnotes and remarks stay": ("Teksti [1] [sic] [Päivitetty 3.2.]", "Teksti [1] [sic] [Päivitetty 3.2.]"),
    "WordPress' last line": ("Teksti. The post Silta appeared first on Kylä.", "Teksti."),
    "the same on its own line": ("Teksti.\nThe post Silta appeared first on Kylä.", "Teksti."),
    "the same after a mark": ("Teksti […] The post Silta appeared first on Kylä.", "Teksti […]"),
    "the Finnish last line": ("Teksti.\nArtikkeli Silta julkaistiin ensimmäisen kerran Kylä.", "Teksti."),
    "the Swedish last line": ("Text. Inlägget Bron dök först upp på Byn.", "Text."),
    "the Norwegian last line": ("Tekst. Innlegget Broen dukket først opp på Bygda.", "Tekst."),
    "the Russian last line": ("Текст. Запись Мост впервые появилась Село.", "Текст."),
    "a sentence of that sort within": (
        "The post office appeared first on the map.\nThen came others.",
        "The post office appeared first on the map. Then came others.",
    ),
    "Finnish link": ("Teksti. Lue lisää", "Teksti."),
    "link with an arrow": ("Teksti… Lue lisää »", "Teksti…"),
    "link in capitals": ("Teksti. LUE LISÄÄ →", "Teksti."),
    "link to the whole": ("Teksti.\nLue koko artikkeli", "Teksti."),
    "Swedish link": ("Text. Läs mer…", "Text."),
    "English link": ("Text. Read more", "Text."),
    "English link with the title": ("Text. Continue reading Silta avattiin →", "Text."),
    "English link with a title in quotes": ("Text. Continue reading “Uusi tie”", "Text."),
    "Northern Sámi link": ("Teaksta. Loga lasi", "Teaksta."),
    "a sentence that ends so": ("Täältä voit lue lisää", "Täältä voit lue lisää"),
    "a sentence that goes on": ("Lue lisää hankkeen sivuilta.", "Lue lisää hankkeen sivuilta."),
    "share buttons": ("Teksti. Jaa: Facebook Twitter LinkedIn", "Teksti."),
    "share buttons in English": ("Text. Share this: Facebook X WhatsApp Email", "Text."),
    "share buttons in Swedish": ("Text. Dela på Facebook", "Text."),
    "sharing as such": ("Kylät jaetaan. Jaa mielipiteesi", "Kylät jaetaan. Jaa mielipiteesi"),
    "all at once": ("Teksti. Lue lisää\nJaa: X Facebook\nThe post A appeared first on B.", "Teksti."),
    "a link and nothing else": ("Lue lisää", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SURROUNDED.values(), ids=SURROUNDED)
def test_what_surrounds_a_text_is_dropped(text: str, expected: str) -> None:
    assert expected == excerpt.automatic(text, title="Silta avattiin")
    assert expected == excerpt.manual(text, title="Silta avattiin")


TITLES = {
    "on its own line": ("Silta avattiin", "Silta avattiin\nväki juhli", "väki juhli"),
    "before a new sentence": ("Silta avattiin", "Silta avattiin Väki juhli", "Väki juhli"),
    "with its exclamation mark": ("Silta avattiin!", "Silta avattiin! Väki juhli", "Väki juhli"),
    "with a full stop": ("Silta avattiin", "Silta avattiin. Väki juhli", "Väki juhli"),
    "before a dash": ("Silta", "Silta – Väki juhli", "Väki juhli"),
    "before a colon": ("Silta", "Silta: Väki juhli", "Väki juhli"),
    "in other quotes and dashes": ("”Silta” – se avattiin", '"Silta" - se avattiin\nVäki', "Väki"),
    "in capitals": ("Silta avattiin", "SILTA AVATTIIN\nVäki", "Väki"),
    "in other spaces": ("Silta avattiin", "Silta\xa0 avattiin\nVäki", "Väki"),
    "with a hidden hyphen": ("Silta-avajaiset tänään", "Silta–avajaiset tänään\nVäki", "Väki"),
    "with folded letters": ("Strasse frei heute", "Straße frei heute\nVäki", "Väki"),
    "twice": ("Silta avattiin", "Silta avattiin\nSilta avattiin\nVäki", "Väki"),
    "before a quotation": ("Silta avattiin tänään", "Silta avattiin tänään\n– Hieno on", "– Hieno on"),
    "as all there is": ("Silta avattiin", "Silta avattiin", ""),
    "as the beginning of a sentence": ("Silta avattiin", "Silta avattiin eilen", "Silta avattiin eilen"),
    "as one word of a sentence": ("Lapin", "Lapin Liitto kertoo", "Lapin Liitto kertoo"),
    "as the beginning of a word": ("Silta", "Siltaa rakennetaan", "Siltaa rakennetaan"),
    "in the middle": ("Silta avattiin", "Nyt Silta avattiin\nx", "Nyt Silta avattiin x"),
    "other than the text": ("Silta avattiin", "Väki juhli", "Väki juhli"),
    "longer than the text": ("Silta avattiin eilen", "Silta avattiin", "Silta avattiin"),
    "of signs only": ("!!!", "!!! Väki juhli", "!!! Väki juhli"),
    "kept when so configured": (None, "Silta avattiin\nVäki", "Silta avattiin Väki"),
}  # fmt: skip


@pytest.mark.parametrize(("title", "text", "expected"), TITLES.values(), ids=TITLES)
def test_repeated_title(title: str | None, text: str, expected: str) -> None:
    assert expected == excerpt.automatic(text, title=title)
    assert expected == excerpt.manual(text, title=title)


def test_manual_excerpt_is_verbatim_whatever_its_number_of_words() -> None:
    assert words(70) == excerpt.manual(words(70))
    assert "Yksi […]" == excerpt.manual("Yksi […]")


def test_other_numbers_and_marks_can_be_asked_for() -> None:
    assert "sana0 sana1…" == excerpt.automatic(words(9), words=2, more="…")


LONG = {
    "words end within the room": ("pitkähkösana " * 54, "pitkähkösana " * 45 + "[…]"),
    "a word without end is cut": ("x" * 5_000, "x" * 596 + " […]"),
    "a text without spaces is cut": ("漢" * 5_000, "漢" * 596 + " […]"),
    "a long address at the end is cut": (
        "sana https://a.example/" + "x" * 700, "sana https://a.example/" + "x" * 573 + " […]"
    ),
    "an accent stays with its letter": ("x" * 595 + "q\u0323" * 30, "x" * 595 + " […]"),
    "an emoji stays whole": ("x" * 594 + "👩‍👩‍👧" * 30, "x" * 594 + " […]"),
    "a coloured emoji stays whole": ("x" * 595 + "👍🏽" * 30, "x" * 595 + " […]"),
    "a flag stays whole": ("x" * 595 + "🇫🇮" * 9, "x" * 595 + " […]"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LONG.values(), ids=LONG)
def test_length_is_capped(text: str, expected: str) -> None:
    assert expected == excerpt.automatic(text)
    assert len(expected) <= excerpt.MAX_CHARACTERS


def test_manual_excerpt_is_capped_between_words() -> None:
    capped = excerpt.manual(words(1_000))
    assert len(capped) <= excerpt.MAX_MANUAL
    assert words(1_000).startswith(capped.removesuffix(" […]") + " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("silta avattiin", "silta…"), ("silta", "silta"), ("siltarakennus", "siltara…")],
)
def test_title_is_shortened_between_words_where_it_can_be(text: str, expected: str) -> None:
    assert expected == excerpt.shortened(text, 8)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    ["[embed]" * 30_000, "[" * 200_000, "Share x " * 30_000, "Lue lisää “" * 20_000,
     "The post " * 20_000, "e\u0301" * 100_000, "[a b=c " * 30_000, "\u200d" * 200_000],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    assert len(excerpt.automatic(text, title=text)) <= excerpt.MAX_CHARACTERS
    assert len(excerpt.manual(text, title=text)) <= excerpt.MAX_MANUAL


PLAIN = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from([
            "sana", "Silta", "avattiin", "a\xa0b", "–", "[1]", "[…]", "Lue lisää", "Jaa: X", "\n",
            "The post a appeared first on b.", "[gallery]", "x" * 120, "e\u0301", "“q”", ". ", "»",
        ]),
        max_size=120,
    ).map(" ".join),
).map(lambda text: "\n".join(map(html.one_line, text.split("\n"))))  # fmt: skip


@settings(max_examples=300)
@given(PLAIN)
def test_excerpt_is_the_beginning_of_the_text_and_settles(text: str) -> None:
    first = excerpt.automatic(text)
    kept = first.removesuffix("[…]").split()
    assert len(kept) <= 55
    assert len(first) <= excerpt.MAX_CHARACTERS
    assert first == excerpt.automatic(first)
    plain = " ".join(text.split())
    if "[" not in plain:
        assert plain.startswith(" ".join(kept))


ENDINGS = st.lists(
    st.sampled_from([
        "sana", " ", ". ", "[…]", "Silta", "Lue lisää", "JATKA LUKEMISTA", "Läs mer", "Fortsätt att läsa",
        "Read more", "Keep reading", "Les mer", "Fortsett å lese", "Loga lasi", "luuvâ lase",
        "looǥǥ lââʹzz", "Weiterlesen", "Loe edasi", "Читать далее", "Jaa: Facebook", "SHARE on X",
        "Dela på LinkedIn", "Del Twitter", "The post a appeared first on b.",
    ]),
    max_size=6,
).map(" ".join)  # fmt: skip


@settings(max_examples=300)
@given(ENDINGS, st.sampled_from(["", "Silta"]))
def test_telling_words_are_looked_for_first_and_nothing_is_missed(text: str, title: str) -> None:
    found = excerpt.manual(text, title=title)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excerpt, "_has_any", lambda *_: True)
        assert found == excerpt.manual(text, title=title)


@settings(max_examples=200)
@given(ENDINGS, st.integers(40, 700))
def test_end_of_a_long_text_does_not_matter_to_its_first_words(ending: str, count: int) -> None:
    text = f"{words(count)} {ending}"
    found = excerpt.automatic(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excerpt, "_SURROUNDS", len(text))
        assert found == excerpt.automatic(text)


@settings(max_examples=200)
@given(PLAIN, st.sampled_from(["Silta avattiin", "Silta", "sana", "x", "", "Lue lisää"]))
def test_second_reading_drops_nothing_more(text: str, title: str) -> None:
    once = excerpt.manual(text, title=title)
    assert once == excerpt.manual(once)
    assert unicodedata.normalize("NFC", once) == once


def seed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(SEED.read_text("utf-8")) if SEED.exists() else []
    return rows


@pytest.mark.skipif(not SEED.exists(), reason="the seed lies beside the checkout only")
def test_seed_excerpts() -> None:
    for row in seed():
        assert row["excerpt"] == excerpt.manual(row["given"], title=row["title"])
        assert " ".join(row["given"].split()) == excerpt.manual(row["given"])
        if row["automatic"]:
            more = row["given"].removesuffix("[…]") + "ja loput"
            assert " ".join(row["given"].split()) == excerpt.automatic(more)
