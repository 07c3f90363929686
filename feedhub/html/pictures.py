"""Which pictures show something, and which only count, decorate or take up room (pure)."""

import re
from collections.abc import Mapping

_WEB = re.compile(r"(?i)https?://([^/?#:]*)(?::\d*)?([^?#]*)")

# Hosts, and hosts with the beginning of a path, whose pictures count their readers.
_COUNTERS = (
    "ad.doubleclick.net",
    "assoc-amazon.com",
    "b.scorecardresearch.com",
    "counter.theconversation.com",
    "doubleclick.net",
    "facebook.com/tr",
    "feedpress.me/link",
    "feeds.feedblitz.com/~",
    "feeds.feedburner.com/~",
    "feeds.wordpress.com/1.0",
    "feedsportal.com",
    "google-analytics.com",
    "pixel.quantserve.com",
    "pixel.wp.com",
    "stats.wordpress.com",
    "tracking.feedpress.com",
    "tracking.feedpress.it",
)
_HOSTS = "|".join(re.escape(each) + ("" if "/" in each else r"(?:/|\Z)") for each in _COUNTERS)
_AT_COUNTER = re.compile(rf"(?:[^/]*\.)?(?:{_HOSTS})")
_COUNTING = re.compile(r"/(?:matomo|piwik)\.php|/count\.gif|/__utm\.gif")

_DECORATION = (
    "1x1", "avatar", "badge", "blank", "button", "emoji", "favicon", "icon", "pixel", "share",
    "sharing", "smiley", "smilie", "spacer", "transparent",
)  # fmt: skip
_DECORATIONS = {*_DECORATION, *(f"{each}s" for each in _DECORATION)}
_WORD = re.compile(r"[^\s/_.-]+")
_LEAST_SIDE = 80
"""A picture that declares fewer pixels on a side is not what an article is about."""

_HIDDEN = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_DOT = re.compile(r"(?i)(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)")


def counts(address: str) -> bool:
    """Whether a picture is there to be counted, not seen."""
    host, path = _place(address)
    return bool(_AT_COUNTER.match(host + path) or _COUNTING.search(path))


def decorates(address: str) -> bool:
    """Whether an address is that of a portrait, an icon, an emoji, a button or a counter."""
    host, path = _place(address)
    return "gravatar.com" in host or _tells_decoration(path) or counts(address)


def _place(address: str) -> tuple[str, str]:
    """The host and the path of a web address; both are empty for any other."""
    parts = _WEB.match(address)
    return (parts[1].lower(), parts[2]) if parts else ("", "")


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element says that it is not to be seen."""
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def is_dot(attributes: Mapping[str, str | None]) -> bool:
    """Whether a picture is one pixel wide or high, or none."""
    sides = (attributes.get("width"), attributes.get("height"))
    written = any((side or "").strip().removesuffix("px") in {"0", "1"} for side in sides)
    return written or bool(_DOT.search(attributes.get("style") or ""))


def is_large(attributes: Mapping[str, str | None]) -> bool:
    """Whether nothing declared makes a picture too small, or a decoration, to stand for a text."""
    sides = (attributes.get("width") or "", attributes.get("height") or "")
    small = any(side.isdecimal() and int(side[:6]) < _LEAST_SIDE for side in sides)
    return not small and not _tells_decoration(attributes.get("class") or "")


def _tells_decoration(words: str) -> bool:
    return not _DECORATIONS.isdisjoint(_WORD.findall(words.lower()))
