"""What people write to name a language, as tags to publish (pure).

A published tag is the primary subtag alone (RFC 5646 section 2.2.1): entries are grouped by
language, and nobody looks for `fi-FI` apart from `fi`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from feedhub.language.recognizer import UNDETERMINED

_MOST = 200
"""Characters of a declaration that are read."""

_PRIMARY = re.compile(r"[a-z]{2,3}")
_PARTED = re.compile(r"[,;|/\s]+")

# Tags that name no language: undetermined, several, none, uncoded, private use (RFC 5646 4.1).
_NONE = frozenset({UNDETERMINED, "mul", "zxx", "mis", "x", "i", "art", "www"})

_ALIASES = {
    # The shorter code, where ISO 639 has two (RFC 5646 section 4.1).
    "fin": "fi", "swe": "sv", "eng": "en", "sme": "se", "nob": "nb", "nno": "nn", "rus": "ru",
    "dan": "da", "deu": "de", "ger": "de", "est": "et", "isl": "is", "ice": "is", "ukr": "uk",
    "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "nld": "nl", "dut": "nl", "pol": "pl",
    # Collective codes, read as the member that is written most.
    "no": "nb", "nor": "nb", "smi": "se",
    # Countries taken for languages, where the code is no language of its own.
    "dk": "da", "gb": "en", "us": "en", "jp": "ja", "cn": "zh", "gr": "el", "cz": "cs",
}  # fmt: skip

_NAMES = {
    "finnish": "fi", "suomi": "fi", "suomeksi": "fi", "finska": "fi", "finsk": "fi",
    "swedish": "sv", "svenska": "sv", "svensk": "sv", "ruotsi": "sv", "ruotsiksi": "sv",
    "english": "en", "englanti": "en", "englanniksi": "en", "engelska": "en", "engelsk": "en",
    "northern sami": "se", "north sami": "se", "northern saami": "se", "northern sámi": "se",
    "davvisámegiella": "se", "sámegiella": "se", "pohjoissaame": "se", "nordsamiska": "se",
    "inari sami": "smn", "inari saami": "smn", "inari sámi": "smn", "anarâškielâ": "smn",
    "inarinsaame": "smn", "enaresamiska": "smn",
    "skolt sami": "sms", "skolt saami": "sms", "skolt sámi": "sms", "nuõrttsääʹmǩiõll": "sms",
    "koltansaame": "sms", "skoltsamiska": "sms",
    "norwegian": "nb", "norsk": "nb", "norja": "nb", "norska": "nb", "bokmål": "nb",
    "norsk bokmål": "nb", "norwegian bokmål": "nb", "nynorsk": "nn", "norsk nynorsk": "nn",
    "russian": "ru", "русский": "ru", "venäjä": "ru", "ryska": "ru",
    "danish": "da", "dansk": "da", "german": "de", "deutsch": "de", "estonian": "et", "eesti": "et",
    "kven": "fkv", "kvensk": "fkv", "meänkieli": "fit",
}  # fmt: skip
"""Languages written out where a tag belongs."""


def read_tags(declared: str | None) -> tuple[str, ...]:
    """The tags that a declaration means: none for nonsense, several for `fi, sv`."""
    return _read((declared or "")[:_MOST])


# All entries of a feed have the same, or nearly so.
@lru_cache(maxsize=256)
def _read(declared: str) -> tuple[str, ...]:
    return tuple(_tags(declared.strip().casefold()))


def _tags(written: str) -> Iterator[str]:
    if written in _NAMES:
        yield _NAMES[written]
        return
    for part in filter(None, _PARTED.split(written)):
        primary = re.split("[-_]", part)[0]
        if tag := _NAMES.get(part) or _primary(primary):
            yield tag


def _primary(subtag: str) -> str | None:
    tag = _ALIASES.get(subtag, subtag)
    return tag if _PRIMARY.fullmatch(tag) and tag not in _NONE else None
