"""What becomes of an element, told by its name and its attributes alone (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from feedhub.html.allowed import LAZY, LINK_REL, may_have, may_stay
from feedhub.html.characters import one_line
from feedhub.html.pictures import counts, decorates, is_dot, is_hidden, is_large

Resolve = Callable[[str], str | None]
"""A written address -> an absolute http or https address, or None."""

Attributes = Mapping[str, str | None]

MAX_ADDRESS = 2_048

_MAIL = re.compile(r"(?i)mailto:[^\s<>\"]+@[^\s<>\"]+")
# No part of an address (RFC 3986 section 2), and the end of an attribute to careless programs.
_UNQUOTED = re.compile(r"[\s\"<>`]")

_LINE_ENDS = re.compile(r"[\t\r\n]")

# Share buttons and related posts of WordPress' plugins, and words for screen readers only.
_FURNITURE = re.compile(
    r"(?:^|\s)(?:addtoany_\S+|essb_\S+|feedflare|heateor_\S+|jp-relatedposts|post-share\S*"
    r"|screen-reader-text|sd-sharing\S*|share-buttons?|sharedaddy|shariff\S*|sociable"
    r"|social-share\S*|ssba\S*|visually-hidden|wpcnt|yarpp\S*)(?:\s|$)"
)

# Players that show a film, and the page that shows the same where one is known.
_PLAYERS = (
    (re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})"),
     r"https://www.youtube.com/watch?v=\1"),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d{1,20})"), r"https://vimeo.com/\1"),
    (re.compile(
        r"(https?://(?:[\w-]+\.)*(?:areena\.yle\.fi|arenan\.yle\.fi|dailymotion\.com"
        r"|dreambroker\.com|embed\.ted\.com|svtplay\.se|tv\.nrk\.no|youtu\.be|youtube\.com"
        r"|vimeo\.com)/\S*)"), r"\1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that shows something: the attributes that it keeps, `src` among them."""

    attributes: Mapping[str, str]
    leads: bool
    """Whether it may stand for the whole text."""


def is_unseen(attributes: Attributes) -> bool:
    """Whether an element and all that it holds is not to be seen, or surrounds the text."""
    return bool(_FURNITURE.search(attributes.get("class") or "")) or is_hidden(attributes)


def kept(tag: str, attributes: Attributes) -> dict[str, str]:
    """The attributes that may stay."""
    if may_have(tag).isdisjoint(attributes):
        return {}
    given = {name: value or "" for name, value in attributes.items()}
    if "xml:lang" in given:
        given.setdefault("lang", given["xml:lang"])
    return {name: value for name, value in given.items() if may_stay(tag, name, value)}


def link(attributes: Attributes, resolve: Resolve) -> dict[str, str]:
    """The attributes that a link keeps; none at all when it leads nowhere."""
    stay = kept("a", attributes)
    address = _address(stay.get("href"), resolve)
    return {**stay, "href": address, "rel": LINK_REL} if address else {}


def picture(attributes: Attributes, resolve: Resolve) -> Picture | None:
    """A picture with an absolute address; None when it has none, or only counts."""
    written = [attributes.get(name) for name in (*LAZY[:2], "src", *LAZY[2:])]
    found = (_address(each, resolve) for each in written if each)
    address = next((each for each in found if each and not each.startswith("mailto:")), None)
    if address is None or is_dot(attributes):
        return None
    decorative = decorates(address)
    if decorative and counts(address):
        return None
    return Picture(
        attributes={**kept("img", attributes), "src": address},
        leads=is_large(attributes) and not decorative,
    )


def film(tag: str, sources: Iterator[str], resolve: Resolve) -> str | None:
    """The address at which the first of a frame's sources can be watched or heard."""
    return next(filter(None, (_film(each, tag, resolve) for each in sources)), None)


def _film(written: str, tag: str, resolve: Resolve) -> str | None:
    address = _address(written, resolve)
    if address is None or tag != "iframe":
        return address
    for player, page in _PLAYERS:
        if match := player.match(address):
            return match.expand(page)
    return None


def _address(written: str | None, resolve: Resolve) -> str | None:
    # Line ends in an address are none to a browser (WHATWG URL, section 4.4).
    given = one_line(_LINE_ENDS.sub("", written or ""))
    if not given or len(given) > MAX_ADDRESS:
        return None
    address = given if _MAIL.fullmatch(given) else resolve(given)
    quoted = _UNQUOTED.sub(lambda match: quote(match[0]), address or "")
    return quoted if quoted and len(quoted) <= MAX_ADDRESS else None
