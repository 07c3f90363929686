"""How alike two texts are, and what tells them apart."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.likeness import MIN_WORDS, likeness, sketch, told_apart
from tests.tellings import Dice, own

BRIDGE, DOCK, BUS = ("\n".join(each.paragraphs) for each in list(own())[:3])
TITLE = "Tietoilta kehittämishankkeesta"
WORDS = st.text(st.sampled_from("abc åäö1.,'\n"), max_size=300)


def invitation(
    *,
    place: str = "Inarissa",
    day: str = "maanantaina 3.5.",
    hour: str = "18",
    who: str = "Aili Niva",
) -> str:
    return (
        f"Tervetuloa tietoiltaan! Tilaisuus on {place} {day} klo {hour}, ja kahvit ovat tarjolla. "
        f"Illan aluksi puhuu {who}, ja lopuksi jää aikaa kysymyksille sekä keskustelulle. {BRIDGE}"
    )


def shared(one: str, other: str) -> int:
    return len({*sketch(one)} & {*sketch(other)})


@given(text=WORDS)
@settings(deadline=None)
def test_text_is_like_itself(text: str) -> None:
    alike = likeness(text, text)
    assert alike.words == alike.longer
    assert alike.share == (1.0 if alike.words >= 4 else 0.0)
    assert told_apart(text, text, "a", "a") is None


@given(one=WORDS, other=WORDS)
@settings(deadline=None)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other).share <= 1
    assert (told_apart(one, other, "", "") is None) == (told_apart(other, one, "", "") is None)


@given(text=WORDS)
@settings(deadline=None)
def test_keys_fit_an_index(text: str) -> None:
    keys = sketch(text)
    assert list(keys) == sorted(set(keys))
    assert len(keys) <= 18
    assert all(0 <= key < 2**32 for key in keys)


def test_short_text_has_no_keys() -> None:
    assert sketch("sana " * (MIN_WORDS - 1)) == ()
    assert sketch(" ".join(f"sana{number}" for number in range(MIN_WORDS))) != ()


@pytest.mark.parametrize(
    "copy",
    [
        BRIDGE.upper(),
        BRIDGE.replace(" ", "\u00a0").replace("-", "–"),
        "Kuva: arkisto.\n" + BRIDGE,
        BRIDGE + "\nLue lisää verkkosivuiltamme.",
        "\n".join(reversed(BRIDGE.split("\n"))),
        " ".join(BRIDGE.split()[: len(BRIDGE.split()) * 2 // 3]),
        BRIDGE.replace("vuosia", "vuo\u00adsia"),
    ],
    ids=["capitals", "typography", "a caption", "a footer", "another order", "cut", "soft hyphens"],
)
def test_copy_is_alike_found_and_not_told_apart(copy: str) -> None:
    assert likeness(BRIDGE, copy).share >= 0.9
    assert shared(BRIDGE, copy) >= 4
    assert told_apart(BRIDGE, copy, "Levyjä", "Levyjä") is None


def test_excerpt_is_alike_and_found() -> None:
    excerpt = " ".join(BRIDGE.split()[:30]) + " […]"
    assert likeness(BRIDGE, excerpt).share == 1.0
    assert shared(BRIDGE, excerpt) >= 2


def test_quotation_at_the_end_is_not_the_text() -> None:
    lead = " ".join(BRIDGE.split()[:30])
    later = f"{DOCK}\n{BUS}\nAiemmin kerrottua: {lead}"
    assert likeness(lead, later).share < 0.5


def test_other_texts_are_not_alike() -> None:
    assert likeness(BRIDGE, DOCK).share < 0.1
    assert shared(BRIDGE, DOCK) == 0


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("a number: 3 / 10", {"day": "maanantaina 10.5."}),
        ("a number: 18 / 19", {"hour": "19"}),
        ("a day or month: maanantaina / tiistaina", {"day": "tiistaina 3.5."}),
        ("a name: inarissa / utsjoella", {"place": "Utsjoella"}),
        ("a name: aili niva / elina karhu", {"who": "Elina Karhu"}),
    ],
    ids=["another date", "another hour", "another weekday", "another place", "another speaker"],
)
def test_events_are_told_apart(expected: str, changes: dict[str, str]) -> None:
    one, other = invitation(), invitation(**changes)
    assert likeness(one, other).share >= 0.8
    assert expected == told_apart(one, other, TITLE, TITLE)
    kind, ours, theirs = re.split(": | / ", expected)
    assert f"{kind}: {theirs} / {ours}" == told_apart(other, one, TITLE, TITLE)


def test_same_event_with_other_contacts_is_not_told_apart() -> None:
    one = f"{invitation()}\nLisätietoja: Raija Koto, puh. 040 555 0112, raija@kunta.example"
    other = f"{invitation()}\nLisätietoja: Mikael Sarre, puh. 050 555 7781, mikael@liitto.example"
    assert told_apart(one, other, TITLE, TITLE) is None


def test_inflected_name_is_the_same_name() -> None:
    one, other = invitation(place="Inarissa"), invitation(place="Inarin")
    assert told_apart(one, other, TITLE, TITLE) is None


def test_job_is_told_apart_by_the_word_of_its_title() -> None:
    ad = "Muonion kunta hakee {} toistaiseksi voimassa olevaan työsuhteeseen. " + BRIDGE
    one, other = ad.format("sairaanhoitajaa"), ad.format("luokanopettajaa")
    titles = "Haetaan sairaanhoitajaa nyt heti", "Paikka auki: luokanopettaja, Muonio"
    assert told_apart(one, other, *titles) == "a word: sairaanhoitajaa / luokanopettajaa"


def test_year_is_told_apart_by_its_figures() -> None:
    report = "Vuonna {} yhdistys järjesti {} tilaisuutta, ja väkeä oli paljon. " + BRIDGE
    one, other = report.format(2024, 31), report.format(2025, 28)
    assert told_apart(one, other, "Toimintakertomus", "Toimintakertomus") is not None


def test_boilerplate_alone_does_not_make_one_story() -> None:
    one = f"{' '.join(DOCK.split()[:15])}\n{BRIDGE}"
    other = f"{' '.join(BUS.split()[:15])}\n{BRIDGE}"
    assert likeness(one, other).share >= 0.8
    assert told_apart(one, other, "Laituri", "Bussi") == "each has a part of its own"


def test_random_edits_leave_a_text_alike() -> None:
    dice = Dice("edits")
    words = [word for word in BRIDGE.split() if dice.below(30)]
    assert likeness(BRIDGE, " ".join(words)).share >= 0.8


HOSTILE = {
    "one word": "sana " * 5_000,
    "two words": "sana toinen " * 3_000,
    "one letter between others": " ".join(f"a x{number}" for number in range(3_000)),
    "repeated phrases with numbers": " ".join(f"tämä on sama lause {n}" for n in range(2_000)),
    "names": " ".join(f"nimi Aa{number:04}" for number in range(3_000)),
    "one long word": "a" * 200_000,
    "signs": "a" + "-?!. " * 40_000 + "b",
    "digits": "1 234 " * 10_000,
    "marks": "a’" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(text: str) -> None:
    words = text.split(" ")
    other = " ".join(word if number % 9 else f"{word}Uusi" for number, word in enumerate(words))
    begin = process_time()
    likeness(text, other)
    sketch(text)
    told_apart(text, other, "Aa", "Ab")
    told_apart(other, text, text[:300], other[:300])
    assert process_time() - begin < 2.0
