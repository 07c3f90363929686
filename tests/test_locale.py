"""The words of the pages in every language."""

import re
from pathlib import Path
from typing import get_args

import pytest

from feedhub.polling import State
from feedhub.publish.locale import _table, is_whole, language_name, words

PUBLISH = Path(__file__).parents[1] / "feedhub" / "publish"
WHOLE_LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("language", WHOLE_LANGUAGES)
def test_language_has_every_word(language: str) -> None:
    own, english = (
        {name for name in _table(each) if not name.startswith("language_names.")}
        for each in (language, "en")
    )
    assert english == own
    assert is_whole(language)


def test_every_word_is_said_somewhere() -> None:
    files = [*PUBLISH.glob("*.py"), *PUBLISH.glob("templates/*.html")]
    sources = "".join(file.read_text("utf-8") for file in files)
    by_code = re.compile(r"(faults|states|date|language_names|fallback|subscribe\.\w+_hint)\b")
    said = {name for name in _table("en") if not by_code.match(name)}
    unsaid = {name for name in said if f'"{name}"' not in sources}
    assert {"subscribe.find", "subscribe.copy", "subscribe.paste"} == unsaid


def test_every_state_of_health_has_a_word() -> None:
    assert set(get_args(State)) == {
        name.removeprefix("states.") for name in _table("en") if name.startswith("states.")
    }


@pytest.mark.parametrize("language", WHOLE_LANGUAGES)
def test_sentences_have_the_same_gaps(language: str) -> None:
    gaps = re.compile(r"\{(\w+)")
    spoken, english = words(language), words("en")
    for name in english.table:
        if not name.startswith("date."):
            assert gaps.findall(english(name)) == gaps.findall(spoken(name)), name


def test_words_of_a_half_known_language_fall_back() -> None:
    sami = words("se")
    assert ("Ođđasat", "Tilaa uutiset") == (sami("news"), sami("subscribe.title"))
    assert not is_whole("se")


LANGUAGES = {"fi": "fi", "sv-FI": "sv", "EN": "en", "sms": "sms", "nb": "en", "../fi": "en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_is_found_by_its_tag(language: str) -> None:
    assert LANGUAGES[language] == words(language).language


def test_languages_are_named_in_themselves() -> None:
    names = ["suomi", "davvisámegiella", "anarâškielâ", "sääʹmǩiõll", "svenska", "xx"]
    assert names == [language_name(each) for each in ("fi", "se", "smn", "sms", "sv-FI", "xx")]


CODES = {
    "http-404": "There is no feed at this address.",
    "http-418": "The server does not accept the request (error 418).",
    "http-503": "The site has a fault of its own (error 503).",
    "http-304": "The server answers in an unexpected way (code 304).",
}


@pytest.mark.parametrize("code", CODES)
def test_status_codes_have_a_sentence(code: str) -> None:
    told = words("en").fault(code)
    assert told is not None
    assert CODES[code] == told[0]


FEEDHUB = Path(__file__).parents[1] / "feedhub"
NAMED = re.compile(r"""(?:code=|\.of\(\s*)"([a-z0-9-]+)\"""")
OF_ONE_FILE = {"bad-docx", "docx-extra", "more-faults", "no-feed"}
"""Faults that are no source's state: they are told to whoever runs the command."""


def test_every_fault_that_a_source_can_have_is_told_in_every_language() -> None:
    modules = [path for room in ("fetch", "parse") for path in (FEEDHUB / room).rglob("*.py")]
    codes = {code for path in modules for code in NAMED.findall(path.read_text("utf-8"))}
    assert {"timeout", "parse-memory", "emptied-folder"} < codes
    untold = {code for code in codes - OF_ONE_FILE if words("en").fault(code) is None}
    assert set() == untold
