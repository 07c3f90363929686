"""What HTML may hold once it is clean: elements, attributes and their values (pure).

The list is our own and names what text needs. Nothing that runs, styles, submits, embeds or names
itself is on it: no script, style, form, frame, svg or math, no class, id or event.
"""

import re
from collections.abc import Set as AbstractSet

MAX_BYTES = 200_000
"""Of a content, in UTF-8, before and after cleaning."""

INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
    "var",
})  # fmt: skip
CELLS = frozenset({"td", "th"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "h2", "h3", "h4", "h5", "h6", "header", "li", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
KEPT = INLINE | CELLS | BLOCKS | VOID | {"colgroup"}
"""Elements of clean HTML."""

RENAMED = {
    "acronym": "abbr",
    "center": "div",
    "dir": "ul",
    "fieldset": "div",
    "form": "div",
    "h1": "h2",  # The page that shows the text has a first heading of its own.
    "hgroup": "div",
    "legend": "p",
    "main": "div",
    "menu": "ul",
    "nav": "div",
    "strike": "s",
    "tt": "code",
}
"""Elements that clean HTML says by another name."""

FRAMES = frozenset({"iframe", "video", "audio"})
"""Elements of which a link remains."""

DROPPED = frozenset({
    "applet", "button", "canvas", "datalist", "embed", "frame", "frameset", "head", "math",
    "noembed", "noframes", "noscript", "plaintext", "script", "select", "style", "svg", "template",
    "textarea", "title", "xmp",
})  # fmt: skip
"""Elements whose content is no text; of any other that is not kept, the content stays."""

LAZY = ("data-lazy-src", "data-src", "data-original", "data-orig-file")
"""Where scripts that load pictures late keep the address."""

ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "dfn": {"title"},
    "img": {"alt", "height", "src", "title", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
"""Attributes of clean HTML. `srcset` is not among them: `src` is the picture that all can show."""

LINK_REL = "nofollow noopener"
"""`nofollow`: the hub does not vouch for links that are slipped into a partner's broken-into site.
`noopener`: a reader's program may open them in new windows. No `noreferrer`: a partner may see
that its readers come from here."""

SEEN = {
    **ATTRIBUTES,
    "*": ATTRIBUTES["*"] | {"class", "hidden", "style", "xml:lang"},
    "img": ATTRIBUTES["img"] | set(LAZY),
    **{frame: {"src", "title"} for frame in FRAMES | {"source"}},
}
"""Attributes that are looked at before they go."""

_NUMBERS = frozenset({"colspan", "height", "rowspan", "span", "start", "value", "width"})
_NUMBER = re.compile(r"-?\d{1,4}")
_SHAPES = {
    "dir": re.compile(r"(?i)ltr|rtl|auto"),
    "hreflang": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}"),
    "lang": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}"),
    "scope": re.compile(r"(?i)(?:col|row)(?:group)?"),
    "type": re.compile(r"[1aAiI]"),
    **dict.fromkeys(_NUMBERS, _NUMBER),
}
_LONGEST = 2_048

_EVERYWHERE = ATTRIBUTES["*"] | {"xml:lang"}
_NAMES = {element: names | _EVERYWHERE for element, names in ATTRIBUTES.items()}


def may_have(element: str) -> AbstractSet[str]:
    """Names of the attributes that may stay on an element, or may become one that stays."""
    return _NAMES.get(element, _EVERYWHERE)


def may_stay(element: str, name: str, value: str) -> bool:
    """Whether an attribute with this value may be kept on an element that is kept."""
    if name not in ATTRIBUTES.get(element, ()) and name not in ATTRIBUTES["*"]:
        return False
    shape = _SHAPES.get(name)
    return len(value) <= _LONGEST and (shape is None or shape.fullmatch(value) is not None)
