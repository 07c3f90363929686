"""The language of a text and of an entry.

Every sentence in the tables is our own.
"""

import re
import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import language
from feedhub.language import LANGUAGES, UNDETERMINED, recognize, recognizer, settle
from feedhub.language.recognizer import DATA, groups, listen, sample, words
from feedhub.language.tags import read_tags
from tests.language import build
from tests.language.judging import Judgement
from tests.language.sentences import FOLDER

needs_sentences = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the labelled sentences are absent"
)

OWN = (
    ("fi", "Kunta rakentaa kylään uuden koulun ja etsii syksyksi kahta opettajaa."),
    ("fi", "Poromiehet ovat huolissaan siitä, että hanki on liian kova ja jäkälä jäässä."),
    ("fi", "Kylän uusi silta avattiin"),
    ("fi", "MAASEUTUVERKOSTON TALVIPÄIVILLE OSALLISTUI ENNÄTYSMÄÄRÄ VÄKEÄ"),
    ("sv", "Kommunen bygger en ny skola i byn och söker två lärare till hösten."),
    ("sv", "Renskötarna är oroliga för att snön är för hård och laven ligger under is."),
    ("sv", "Byns nya bro har öppnats"),
    ("en", "The municipality is building a new school and looks for two teachers."),
    ("en", "Reindeer herders worry that the snow is too hard and the lichen is frozen."),
    ("en", "Village Opens Its New Bridge After Three Years Of Waiting"),
    ("se", "Gielda hukse gillái ođđa skuvlla ja ohcá čakčii guokte oahpaheaddji."),
    ("se", "Boazobargit leat fuolas das, ahte muohta lea menddo garas dán dálvvi."),
    ("se", "Ođđa girji mánáide ja nuoraide"),
    ("smn", "Kieldâ huksee siijdân uđđâ škoovlâ já uccá čohčân kyehti máttáátteijee."),
    ("smn", "Puásuialmah láá huolâst tast, et muotâ lii liijkás korrâ taan tääl."),
    ("smn", "Uđđâ kirje párnáid já nuoráid anarâškielân"),
    ("sms", "Kåʹdd raajj siʹjdde ođđ škooul da oocc čõhčča kuõʹhtt uʹčteeʹl."),
    ("sms", "Puäʒʒoummu lie huõlâst tõʹst, što muõtt lij samai čorrâd tän tääʹlv."),
    ("sms", "Ođđ ǩeʹrjj päärnaid da nuõrid nuõrttsääʹmǩiõʹlle"),
    ("sms", "Sää´mtee´ǧǧ ođđ kee´rj liâ lääddas da nuõrttsää´mǩiõ´lle"),
    ("nb", "Kommunen bygger en ny skole i bygda og leter nå etter to lærere."),
    ("nb", "Jeg vet ikke hvorfor de ikke kom, men hun sa noe om været på fjellet."),
    ("nn", "Kommunen byggjer ein ny skule i bygda og leitar no etter to lærarar."),
    ("nn", "Eg veit ikkje kvifor dei ikkje kom, men ho sa noko om vêret på fjellet."),
    ("ru", "Муниципалитет строит в деревне новую школу и ищет двух учителей."),
    ("ru", "Оленеводы беспокоятся, что снег слишком твёрдый и ягель подо льдом."),
)

FOREIGN = (
    (
        "Danish",
        "Efter at stormen havde lagt sig, gik børnene ned til stranden for at lede efter rav.",
    ),
    ("German", "Nachdem der Sturm vorbei war, gingen die Kinder hinunter zum Strand."),
    (
        "Dutch",
        "De gemeente wil volgend jaar een nieuwe brug bouwen en zoekt nog geld voor het plan.",
    ),
    (
        "French",
        "Beaucoup de jeunes quittent la campagne parce qu'ils trouvent du travail en ville.",
    ),
    ("Spanish", "Muchos jóvenes se van del campo porque en la ciudad encuentran trabajo."),
    (
        "Italian",
        "Molti giovani lasciano la campagna perché in città trovano lavoro più facilmente.",
    ),
    ("Portuguese", "Muitos jovens deixam o campo porque na cidade encontram trabalho."),
    ("Polish", "Rada gminy postanowiła we wtorek odbudować stary most na rzece."),
    ("Czech", "Mnoho mladých lidí odchází z venkova, protože ve městě snáze najdou práci."),
    ("Estonian", "Pärast tormi läksid lapsed alla mere äärde merevaiku otsima."),
    ("Latvian", "Daudzi jaunieši pamet laukus, jo pilsētā vieglāk atrast darbu."),
    ("Lithuanian", "Daug jaunų žmonių palieka kaimą, nes mieste lengviau rasti darbo."),
    ("Hungarian", "Sok fiatal elhagyja a vidéket, mert a városban könnyebben talál munkát."),
    ("Icelandic", "Þegar storminn lægði gengu krakkarnir niður í fjöru að leita að skeljum."),
    ("Ukrainian", "Коли буря вщухла, діти пішли вниз на берег шукати мушлі."),
    ("Belarusian", "Шмат маладых людзей з'язджае з вёскі, бо ў горадзе лягчэй знайсці працу."),
    ("Lule Sámi", "Nuora galggi oahppat ietjasa gielav ja histåvråv skåvlån, javllá åhpadiddje."),
    ("South Sámi", "Noerh edtjieh sijjen gïelem lïeredh skuvlesne, jeahta lohkehtæjja."),
    ("Turkish", "Birçok genç köyden ayrılıyor, çünkü şehirde daha kolay iş buluyor."),
    ("Greek", "Πολλοί νέοι φεύγουν από το χωριό, γιατί στην πόλη βρίσκουν δουλειά."),
    ("Arabic", "قرر المجلس البلدي يوم الثلاثاء إعادة بناء الجسر القديم فوق النهر"),
    ("Chinese", "市议会周二决定在明年夏天重建河上的旧桥,并正在寻找资金来支持这个项目。"),
    ("filler Latin", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod."),
)

NOTHING = (
    ("nothing", ""),
    ("spaces", " \n\t "),
    ("a number", "31.12.2026"),
    ("an address", "https://lappi.example.fi/uutiset/kylan-uusi-silta"),
    ("a mail address and a tag", "toimitus@kylalehti.example #kylat @kunta"),
    ("signs", "!!! ??? … — •"),
)

FINNISH, SWEDISH, ENGLISH, NORTHERN = (OWN[at][1] for at in (0, 4, 7, 10))
NYNORSK = OWN[22][1]
GERMAN = (
    "Nachdem der Sturm vorbei war, gingen die Kinder hinunter zum Strand. Dort fanden sie Muscheln "
    "und ein altes Boot, das seit vielen Jahren niemand mehr benutzt hatte. Am Abend erzählten sie "
    "ihren Eltern davon, und alle beschlossen, das Boot im nächsten Frühling zu reparieren."
)
FINNISH_HALF = "Kirjasto on auki arkisin. Tervetuloa lainaamaan kirjoja ja lehtiä kotiin."
SWEDISH_HALF = "Biblioteket är öppet på vardagar. Välkommen att låna böcker och tidningar hem."


def _names(rows: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{name}: {text[:24]}" for name, text in rows]


@pytest.mark.parametrize(("expected", "text"), OWN, ids=_names(OWN))
def test_each_language_is_recognized(expected: str, text: str) -> None:
    assert expected == recognize(text)


@pytest.mark.parametrize("text", [text for _, text in FOREIGN], ids=[name for name, _ in FOREIGN])
def test_other_language_is_undetermined(text: str) -> None:
    assert UNDETERMINED == recognize(text)


@pytest.mark.parametrize("text", [text for _, text in NOTHING], ids=[name for name, _ in NOTHING])
def test_text_without_words_is_undetermined(text: str) -> None:
    assert UNDETERMINED == recognize(text)
    assert listen(text) is None


def test_names_addresses_and_numbers_do_not_tell() -> None:
    noise = "https://example.org/the-weather-in-lapland 2026 news@example.com #northernlights"
    assert words(f"{FINNISH} {noise}") == words(FINNISH)
    assert "virtanen" not in words("Puheen piti seuran johtaja Aino Virtanen.")


def test_heading_in_capitals_is_read_nevertheless() -> None:
    assert ["village", "opens", "its", "bridge"] == words("Village Opens Its Bridge")


@pytest.mark.parametrize("typed", ["ʹ", "´", "′", "ˊ"])
def test_skolt_prime_is_one_letter_however_it_is_typed(typed: str) -> None:
    assert ["sääʹm", "ǩiõll"] == words(f"sää{typed}m ǩiõll")


def test_longer_language_rules_a_mixed_text() -> None:
    assert "fi" == recognize(f"Welcome to the village. {FINNISH} {OWN[1][1]}")
    assert "en" == recognize(f"Kylän uusi silta. {ENGLISH} {OWN[8][1]}")


def test_long_text_is_looked_at_in_three_places() -> None:
    text = "a" * 5_000 + "m" * 5_000 + "z" * 5_000
    looked_at = sample(text)
    assert {"a", "m", "z", "\n"} == set(looked_at)
    assert len(looked_at) <= 1_300
    assert FINNISH == sample(FINNISH)


SETTLED = {
    "a declaration that the text agrees with stands": (
        ("fi", None, None), FINNISH, "fi", "declared by the entry, and the text agrees"),
    "a region is not part of the published language": (
        (None, "fi_FI", None), FINNISH, "fi", "declared by the feed, and the text agrees"),
    "a Swedish text marked with the country's code is Swedish": (
        ("se", None, None), SWEDISH, "sv", "the text is Swedish, though the entry says se"),
    "a text in Northern Sámi marked so stays so": (
        ("se", None, "sv"), NORTHERN, "se", "declared by the entry, and the text agrees"),
    "the site's default on a text in another language is corrected": (
        (None, "en-US", None), FINNISH, "fi", "the text is Finnish, though the feed says en"),
    "of two declarations the one that the text agrees with stands": (
        (None, "en-US", "fi"), "Tervetuloa kylään", "fi",
        "declared by the configuration, and the text agrees, though the feed says en"),
    "a list of languages is as many declarations": (
        (None, "fi, sv", None), SWEDISH, "sv", "declared by the feed, and the text agrees"),
    "a short text is believed to be what is declared": (
        (None, None, "smn"), "Moi!", "smn",
        "declared by the configuration, and the text does not clearly differ"),
    "an entry of pictures is what is declared": (
        (None, "sv", None), "", "sv", "declared by the feed, and there is no text to check"),
    "Norwegian is told apart by the text": (
        (None, "no", None), NYNORSK, "nn", "the text is Norwegian Nynorsk, though the feed says nb"),
    "Sámi is told apart by the text": (
        (None, "smi", None), OWN[13][1], "smn", "the text is Inari Sámi, though the feed says se"),
    "a language not known here is believed of a text that is in none": (
        ("de", "fi", None), GERMAN, "de", "declared by the entry, and the text agrees"),
    "a language not known here is not believed of a text in a known one": (
        (None, "et", None), SWEDISH, "sv", "the text is Swedish, though the feed says et"),
    "a relative of a known language is believed": (
        ("fkv", None, "fi"), FINNISH, "fi",
        "declared by the configuration, and the text agrees, though the entry says fkv"),
    "a relative of a known language is believed when nobody else speaks": (
        ("fkv", None, None), FINNISH, "fkv",
        "declared by the entry, and the text does not clearly differ"),
    "a long text in no known language is not in the declared one": (
        (None, "fi", None), GERMAN, "und",
        "the text is in no language known here, though the feed says fi"),
    "either half of a text in two languages may be declared, the first": (
        (None, "fi", None), f"{FINNISH_HALF} {SWEDISH_HALF}", "fi",
        "declared by the feed, and the text agrees"),
    "either half of a text in two languages may be declared, the second": (
        (None, "sv", None), f"{FINNISH_HALF} {SWEDISH_HALF}", "sv",
        "declared by the feed, and the text agrees"),
    "an undeclared text is recognised": (
        (None, None, None), SWEDISH, "sv", "recognised in the text; none is declared"),
    "nonsense declares nothing": (
        ("x-default", "und", "???"), SWEDISH, "sv", "recognised in the text; none is declared"),
    "an undeclared short text is in the site's language": (
        (None, None, None), "Hej", "fi",
        "the site's own: none is declared and the text is too short"),
    "an undeclared entry without words is in the site's language": (
        (None, "", None), "2026", "fi",
        "the site's own: none is declared and the text is too short"),
    "an undeclared text in no known language is undetermined": (
        (None, None, None), GERMAN, "und",
        "none is declared and the text is in none that is known here"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "text", "expected", "reason"), SETTLED.values(), ids=SETTLED.keys()
)
def test_language_is_settled(
    declared: tuple[str | None, ...], text: str, expected: str, reason: str
) -> None:
    settled = settle(declared, text, fallback="fi")
    assert (expected, reason) == (settled.language, settled.reason)


@pytest.mark.parametrize("declared", LANGUAGES)
@pytest.mark.parametrize("own", OWN, ids=[f"{name}: {text[:20]}" for name, text in OWN])
def test_look_at_the_beginning_settles_what_a_look_at_all_does(
    own: tuple[str, str], declared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims, text = (declared, own[0], None), " ".join([own[1]] * 20)
    quickly = settle(claims, text, fallback="fi")
    monkeypatch.setattr(language, "PIECE", 0)
    assert settle(claims, text, fallback="fi") == quickly


def test_declared_language_stands_when_it_is_that_of_the_first_part() -> None:
    text = (OWN[0][1] + " ") * 8 + SWEDISH * 20
    assert "fi" == settle(("fi", None, None), text, fallback="en").language


@settings(max_examples=200)
@given(st.text(st.sampled_from("aå.@#_1/\\ \n'")))
def test_text_that_shows_no_noise_has_none(text: str) -> None:
    shows = recognizer._NOISY.search(text) is not None
    assert shows == (recognizer._NOISE.sub("", text) != text)


@given(st.text(st.sampled_from("aBäʹ'ªⅷק²_1. @\n-")))
def test_word_is_a_run_of_letters_with_marks_within(text: str) -> None:
    letters = r"[^\W\d_]"
    token = rf"{letters}+(?:['ʹ]{letters}+)*ʹ?|[.!?:;\n–—-]"
    bare = recognizer._without_noise(text)
    assert re.findall(token, bare) == recognizer._TOKEN.findall(bare)


def test_costs_of_a_text_are_those_of_its_groups_one_by_one() -> None:
    statistics = recognizer._statistics()
    told = words(SWEDISH)
    found = [group for word in told for group in groups(word)]
    packed = [statistics.costs.get(group, statistics.strange) for group in found]
    costs = sorted(
        sum(each >> 32 * place & 0xFFFF for each in packed)
        for place in range(len(statistics.languages))
    )
    heard = listen(SWEDISH)
    assert heard is not None
    assert "sv" == heard.best
    assert (costs[1] - costs[0]) / recognizer.COSTS_PER_NAT == heard.lead
    assert sum(map(len, told)) == heard.letters


TAGS = {
    "fi": ["fi"], "FI": ["fi"], "fi_FI": ["fi"], "fi-FI": ["fi"], "fi_FI.UTF-8": ["fi"],
    " fin ": ["fi"], "Finnish": ["fi"], "suomi": ["fi"], "SUOMI": ["fi"],
    "sv-SE": ["sv"], "swe": ["sv"], "Svenska": ["sv"], "ruotsi": ["sv"],
    "en-us": ["en"], "English (US)": ["en"], "eng": ["en"], "gb": ["en"],
    "se": ["se"], "sme": ["se"], "se-FI": ["se"], "smi": ["se"], "davvisámegiella": ["se"],
    "smn": ["smn"], "Inari Sámi": ["smn"], "anarâškielâ": ["smn"],
    "sms-FI": ["sms"], "nuõrttsääʹmǩiõll": ["sms"], "Skolt Saami": ["sms"],
    "no": ["nb"], "nb_NO": ["nb"], "nob": ["nb"], "norsk": ["nb"], "nn-NO": ["nn"],
    "nynorsk": ["nn"], "rus": ["ru"], "Русский": ["ru"],
    "de-AT": ["de"], "zh-Hant-TW": ["zh"], "fkv": ["fkv"], "est": ["et"], "dk": ["da"],
    "fi, sv": ["fi", "sv"], "fi;sv|en": ["fi", "sv", "en"],
    "": [], "und": [], "mul": [], "x-default": [], "C": [], "-": [], "default": [], "42": [],
    "<script>": [], "f\x00i": [],
}  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), TAGS.items(), ids=repr)
def test_declaration_is_read(written: str, expected: list[str]) -> None:
    assert expected == list(read_tags(written))


def test_absent_declaration_is_none() -> None:
    assert [] == list(read_tags(None))


def test_known_languages_have_names_and_no_tag_is_its_own_relative() -> None:
    assert set(LANGUAGES) == set(language._ENGLISH)
    relatives = set[str]().union(*language._RELATIVES.values())
    assert not relatives.intersection(LANGUAGES)


any_text = st.text() | st.lists(st.sampled_from([text for _, text in OWN + FOREIGN])).map(" ".join)


@given(any_text)
def test_any_text_is_judged_and_always_alike(text: str) -> None:
    first = recognize(text)
    assert first in {*LANGUAGES, UNDETERMINED}
    assert first == recognize(text)


@given(st.tuples(*[st.none() | st.text() | st.sampled_from(list(TAGS))] * 3), any_text)
def test_any_declaration_gives_a_tag_and_a_reason(
    declared: tuple[str | None, ...], text: str
) -> None:
    settled = settle(declared, text, fallback="fi")
    assert re.fullmatch("[a-z]{2,3}", settled.language)
    assert settled.reason


@settings(max_examples=25)
@given(st.sampled_from(OWN), st.sampled_from(["", " ", "\n\n", " 2026 ", " https://a.example/b "]))
def test_noise_round_a_text_changes_nothing(row: tuple[str, str], noise: str) -> None:
    expected, text = row
    assert expected == recognize(f"{noise}{text}{noise}")


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", ["a", "a.", ".", "'a", "ʹ", "a'", "@", "#a ", "a-", "ä ", "1", "\n", "ſ", "A b"]
)
def test_monstrous_text_takes_no_time(unit: str) -> None:
    assert recognize(unit * 1_000_000) in {*LANGUAGES, UNDETERMINED}
    for head, tail in product(("", "x"), ("", "@")):
        words(head + unit * 20_000 + tail)


def test_groups_are_the_letters_that_stand_together() -> None:
    assert [" j", "ja", "a ", " ja", "ja ", " ja "] == groups("ja")
    assert " talo " in groups("talo")


def test_data_file_is_small_and_holds_no_text() -> None:
    assert DATA.stat().st_size <= 1_000_000
    held = recognizer.read(DATA.read_bytes())
    assert not [each for each in held.costs if " " in each.strip(" ")]
    assert DATA.with_name("NOTICE.md").read_text("utf-8").count("CC BY-SA 4.0") >= 8


def test_data_file_is_read_as_it_was_written() -> None:
    read = recognizer.read(
        build.written({"fi": 130, "da": 224}, {"ab": b"\x10\x20", "c": b"\x01\xff"})
    )
    assert ("fi", "da") == read.languages
    assert {"ab": 0x10 + (0x20 << 32), "c": 0x01 + (0xFF << 32)} == read.costs


@needs_sentences
def test_data_file_is_what_the_builder_builds() -> None:
    assert build.build() == DATA.read_bytes()


@needs_sentences
def test_held_out_sentences_are_recognized() -> None:
    judgement = Judgement(60)
    sys.stdout.write(judgement.table())
    assert judgement.asked() > 1_500
    assert judgement.share() >= 0.985
    assert [] == [each for each in ("se", "smn", "sms") if judgement.share(each) < 0.97]


@needs_sentences
def test_held_out_shorter_sentences_are_mostly_recognized() -> None:
    judgement = Judgement(25, 60)
    sys.stdout.write(judgement.table())
    assert judgement.share() >= 0.94
