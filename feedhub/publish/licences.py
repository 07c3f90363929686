"""What a licence is called and where it is written down (pure)."""

import re
from functools import lru_cache
from typing import NamedTuple

from feedhub.publish.characters import line, uri

_CC = re.compile(
    r"(?:cc|creative commons)[ -](by(?:-nc)?(?:-sa|-nd)?)[ -]([1-4]\.[05])(?: international)?",
    re.IGNORECASE,
)
_ZERO = re.compile(r"cc[ -]?0(?:[ -]1\.0)?(?: universal)?", re.IGNORECASE)
_PLACE = "https://creativecommons.org/"


class Licence(NamedTuple):
    """As the organization names it; the address only where there is no doubt."""

    name: str
    url: str | None


@lru_cache(maxsize=256)  # A partner has one or a few, and each of its stories asks.
def licence(given: str | None) -> Licence | None:
    """The licence that an organization's file names, by its name or its address."""
    name = line(given or "")
    if not name:
        return None
    if found := _CC.fullmatch(name):
        return Licence(name, f"{_PLACE}licenses/{found[1].lower()}/{found[2]}/")
    if _ZERO.fullmatch(name):
        return Licence(name, f"{_PLACE}publicdomain/zero/1.0/")
    return Licence(name, uri(name))
