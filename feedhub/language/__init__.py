"""The language of an entry: what is declared, checked against what the text sounds like (pure).

Declarations are often the site's default on every entry; the text is often too short to tell. So a
declaration stands unless the text clearly says otherwise, and the reason is always given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedhub.language.recognizer import (
    LANGUAGES,
    PIECE,
    UNDETERMINED,
    Heard,
    listen,
    recognize,
)
from feedhub.language.tags import read_tags

__all__ = ["LANGUAGES", "UNDETERMINED", "Settled", "recognize", "settle"]

CLEAR_LEAD = 30.0
"""Nats by which a language must lead to be clear.

Letter groups overlap, so a nat here is about a quarter of a true one. Measured on texts of 20 to 35
letters: 9 of 10 have such a lead, and 1 in 200 of these has it for the wrong language.
"""

LONG_ENOUGH = 20
"""Letters of a text that may overrule a declaration."""

FOREIGN = 120
"""Letters of a text that, being in none of the nine, is not believed to be in one of them."""

_DECLARING = ("the entry", "the feed", "the configuration")

_ENGLISH = {
    "fi": "Finnish",
    "sv": "Swedish",
    "en": "English",
    "se": "Northern Sámi",
    "smn": "Inari Sámi",
    "sms": "Skolt Sámi",
    "nb": "Norwegian Bokmål",
    "nn": "Norwegian Nynorsk",
    "ru": "Russian",
}

_OTHER_SAMI = frozenset({"sia", "sjd", "sje", "sjt", "sju", "sma", "smj"})
_RELATIVES = {
    "fi": frozenset({"et", "fit", "fkv", "izh", "krl", "lud", "olo", "vep", "vot", "vro"}),
    "se": _OTHER_SAMI,
    "smn": _OTHER_SAMI,
    "sms": _OTHER_SAMI,
    "nb": frozenset({"da", "fo"}),
    "nn": frozenset({"da", "fo"}),
    "ru": frozenset({"be", "bg", "mk", "rue", "sr", "uk"}),
}
"""Languages so like one of the nine that who declares them is believed, whatever it sounds like."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A language, as a BCP 47 tag or "und", and a phrase that says why."""

    language: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Claim:
    language: str
    by: str


def settle(declared: Sequence[str | None], text: str, *, fallback: str) -> Settled:
    """The language of an entry with this text.

    `declared` is what the entry, its feed and the configuration say, in this order; `fallback` is
    the site's own language, for a text too short to tell that nobody declares anything of.
    """
    claims = list(_claims(declared))
    if not claims:
        return _undeclared(listen(text), fallback)
    first = claims[0]
    if _begins_in(first.language, text):
        return _agreed(first, first)
    heard = listen(text)
    if heard is None:
        return Settled(first.language, f"declared by {first.by}, and there is no text to check")
    agreeing = next((claim for claim in claims if claim.language in heard.parts), None)
    if agreeing is not None:
        return _agreed(agreeing, first)
    return _checked(first, heard)


def _claims(declared: Sequence[str | None]) -> Iterator[_Claim]:
    for value, by in zip(declared, _DECLARING, strict=True):
        yield from (_Claim(tag, by) for tag in read_tags(value))


def _begins_in(declared: str, text: str) -> bool:
    """Whether the beginning alone clearly agrees, as most do; then no more need be looked at.

    It is a third of what is listened to, and a part so large counts in a text of two languages.
    """
    heard = listen(text[:PIECE])
    return heard is not None and heard.best == declared and _is_clear(heard)


def _undeclared(heard: Heard | None, fallback: str) -> Settled:
    if heard is None or (heard.letters < LONG_ENOUGH and heard.lead < CLEAR_LEAD):
        return Settled(fallback, "the site's own: none is declared and the text is too short")
    if heard.is_known:
        return Settled(heard.best, "recognised in the text; none is declared")
    return Settled(UNDETERMINED, "none is declared and the text is in none that is known here")


def _agreed(claim: _Claim, first: _Claim) -> Settled:
    if claim.by == first.by:
        return Settled(claim.language, f"declared by {claim.by}, and the text agrees")
    return Settled(
        claim.language,
        f"declared by {claim.by}, and the text agrees, though {first.by} says {first.language}",
    )


def _checked(claim: _Claim, heard: Heard) -> Settled:
    """A declared language that the text does not sound like."""
    though = f"though {claim.by} says {claim.language}"
    if _is_clear(heard) and claim.language not in _RELATIVES.get(heard.best, ()):
        return Settled(heard.best, f"the text is {_ENGLISH[heard.best]}, {though}")
    if claim.language in LANGUAGES and _is_foreign(heard):
        return Settled(UNDETERMINED, f"the text is in no language known here, {though}")
    return Settled(claim.language, f"declared by {claim.by}, and the text does not clearly differ")


def _is_clear(heard: Heard) -> bool:
    return heard.is_known and heard.lead >= CLEAR_LEAD and heard.letters >= LONG_ENOUGH


def _is_foreign(heard: Heard) -> bool:
    """Whether a long text is in a language that is not known, a rival's for example."""
    unlike = heard.best not in LANGUAGES and heard.lead >= CLEAR_LEAD
    return heard.letters >= FOREIGN and (unlike or heard.excess > 0)
