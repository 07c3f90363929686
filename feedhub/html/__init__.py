"""Foreign HTML -> safe HTML, plain text and the lead picture. The door of nh3 and selectolax.

nh3 has the last word, and what is not written well it sees first. Between the two, links are made
absolute, what only counts or decorates goes, and frames become links: in the letters themselves
where nh3 finds them in order, else in a tree. No step sees more than a capped text that is not
nested too deep, because parsers of HTML take quadratic time for deep nesting.

digest      a content: clean HTML, its text, its lead picture
skim        the same of a content that is not shown, without the HTML
text        the words of any markup, one line a block
plain       the same on one line
one_line    plain text that is no markup
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape, unescape
from itertools import takewhile

from feedhub.html import cleaners
from feedhub.html.allowed import DROPPED, FRAMES, KEPT, MAX_BYTES, VOID
from feedhub.html.characters import MARKS, even, fit, is_ordinary, is_within, one_line, spaced
from feedhub.html.depth import ENDLESS, MAX_DEPTH, is_deep
from feedhub.html.elements import Resolve
from feedhub.html.flat import flat as flattened
from feedhub.html.marked import MORE, Tidied
from feedhub.html.pictures import counts, decorates
from feedhub.html.straight import straightened
from feedhub.html.tree import tidied, words

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "NOTHING",
    "Cleaned",
    "counts",
    "decorates",
    "digest",
    "fit",
    "one_line",
    "plain",
    "skim",
    "text",
]


# A second round shows whether a first one has settled; each may shorten what grew too long.
_ROUNDS = 5
_SHORTENED = MAX_BYTES * 9 // 10

# What is written in more than this many characters is not looked at.
_LONGEST = 4_000_000

# A picture written into the page would push the text behind it over the cap.
_EMBEDDED = re.compile(
    r"(?i)data:[a-z]{1,20}/[a-z0-9.+-]{1,60}(?:;[a-z0-9=-]{1,60})*,[^\s\"'<>]{500,}+"
)
# Begins with a letter that has no case, and is found many times faster.
_EMBEDS = re.compile(r"(?i):(?<=data:)[a-z]")
# What most summaries are: it has no other tag, nothing that may change a tag before it, and no
# reference that parsers might dispute.
_PARAGRAPH = re.compile(
    r"\s*+(?:<p>(?=[\w \n\"'“”«(–-]))?((?:[^<>&]++|&(?:amp|gt|lt|nbsp|quot|#(?:1[6-9]\d|2[0-4]\d|82\d\d));)*+)(?:</p>\s*)?"
)
_SHORT = 5_000

# WordPress' mark, as in the editor and as in a feed.
_MORE = re.compile(r"(?i)<!--\s*more\b[^<>]{0,200}-->|<span id=[\"']more-\d{1,12}[\"']>")
# A `<` before a letter that reaches another, or the end, without `>`: it begins no tag, unless
# the end has cut off one that can be known by its name.
_NAMES = sorted(name for name in KEPT | DROPPED | FRAMES if len(name) > 1)
_BEGUN = sorted({name[:end] for name in _NAMES for end in range(3, len(name))})
_NO_TAG = re.compile(
    rf"<(?=[A-Za-z][^<>\"'=]*+(?:<|\Z))"
    rf"(?!(?i:(?:{'|'.join(_NAMES)})\b[^<>]*+|{'|'.join(_BEGUN)})\Z)"
)
_CUT_END = re.compile(r"(?:<[^<>]{0,2000}|&[#\w]{0,32}|[^\s<>&]{0,80})\Z")

_TAIL = 2_100

_WIDEST = 8
"""Bytes that a character and its share of tags can take up when it is written in HTML."""

_AFTER_TAG = re.compile(rf">({MARKS}+)")

_HIDDEN = re.compile(
    r"(?is)<!--.*?(?:-->|\Z)|<(script|style|template|textarea|title)\b.*?(?:</\1\b[^<>]*+>?|\Z)|<[^<>]*+>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A content, fit to be shown."""

    html: str = ""
    """Clean; cleaning it again changes nothing."""
    text: str = ""
    """Its words, one line a block. Neither alternative texts nor links to films are among them."""
    line: str = ""
    """The words of the HTML on one line, as `flat` finds them."""
    teaser: str | None = None
    """The text above `<!--more-->`; None when the author set no such mark."""
    image: str | None = None
    """The first picture in it that shows something."""


NOTHING = Cleaned()


def digest(markup: str, *, resolve: Resolve) -> Cleaned:
    """Clean a content. `resolve` makes a written address absolute, or refuses it with None."""
    draft = _tidied(markup, resolve)
    html = draft.html if draft.stands or not draft.html else _settled(draft.html)
    if html is None:
        html = _paragraphs(draft.text)
    line = _on_one_line(draft.text) if draft.stands and draft.ordinary else flattened(html)
    return Cleaned(html=html, text=draft.text, line=line, teaser=draft.teaser, image=draft.image)


def skim(markup: str, *, resolve: Resolve) -> Cleaned:
    """What `digest` finds in a content that is not to be shown, without its HTML and its line."""
    paragraph = _PARAGRAPH.fullmatch(markup) if len(markup) <= _SHORT else None
    if paragraph and not _EMBEDS.search(markup):
        return Cleaned(text=spaced(unescape(paragraph[1])))
    draft = _tidied(markup, resolve)
    return Cleaned(text=draft.text, teaser=draft.teaser, image=draft.image)


def _tidied(markup: str, resolve: Resolve) -> Tidied:
    ordinary = len(markup) <= MAX_BYTES and is_ordinary(markup)
    prepared = _MORE.sub(MORE, _prepared(markup, ordinary=ordinary))
    draft = _draft(prepared, resolve, ordinary=ordinary and MORE not in prepared)
    if draft is not None:
        return draft
    told = _untagged(prepared)
    return Tidied(html=_paragraphs(told), text=told, teaser=None, image=None)


def text(markup: str) -> str:
    """The words of any markup, one line a block."""
    if "<" not in markup:
        return spaced(unescape(markup[:MAX_BYTES]))
    prepared = _prepared(markup)
    return (
        _untagged(prepared) if is_deep(prepared, ENDLESS) else words(cleaners.words.clean(prepared))
    )


def plain(markup: str) -> str:
    """The words of any markup on one line."""
    return one_line(text(markup))


def _prepared(markup: str, *, ordinary: bool = False) -> str:
    """Fit, not longer than the cap, and every `<` that begins no tag written as a character."""
    fitting = markup if ordinary else _fit(markup[:_LONGEST])
    short = _EMBEDDED.sub("", fitting) if _EMBEDS.search(fitting) else fitting
    return _NO_TAG.sub("&lt;", _capped(short, MAX_BYTES))


def _fit(markup: str) -> str:
    """Fit, and no tag has lost its end: NFC makes one character of `>` and a stroke behind it."""
    return markup if is_ordinary(markup) else fit(_AFTER_TAG.sub(_unmarked, markup))


def _unmarked(match: re.Match[str]) -> str:
    marks = sum(1 for _ in takewhile(unicodedata.combining, match[1]))
    return ">" + match[1][marks:]


def _capped(markup: str, size: int) -> str:
    """As it is, or cut to `size` bytes between words, outside tags and references."""
    if is_within(markup, MAX_BYTES):
        return markup
    encoded = markup.encode()
    cut = encoded[:size].decode(errors="ignore")
    return cut[:-_TAIL] + _CUT_END.sub("", cut[-_TAIL:], count=1)


def _draft(markup: str, resolve: Resolve, *, ordinary: bool = False) -> Tidied | None:
    """A tidy tree of the markup; None when it is nested too deep."""
    # What is not deep though more elements count is not deep where fewer do.
    if not is_deep(markup, VOID):
        draft = straightened(markup, resolve, ordinary=ordinary)
        if draft is not None:
            return draft
    elif is_deep(markup, ENDLESS):
        return None
    first = cleaners.first.clean(markup)
    if is_deep(first, VOID):
        return None
    draft = straightened(first, resolve) if _fit(first) == first else None
    return draft or tidied(first, resolve)


def _settled(drafted: str) -> str | None:
    """The HTML in which the last cleaning finds nothing to change, or None when there is none.

    What is parsed as it was written, with nothing left to tidy, is parsed so for ever. What is not
    is tidied again, or cut when it has grown too long.
    """
    for _ in range(_ROUNDS):
        fitting = _fit(drafted)
        html = cleaners.last.clean(fitting)
        short = _capped(html if html == fitting else _fit(html), _SHORTENED)
        if short == drafted:
            return short
        again = _draft(short, _as_it_is)
        drafted = again.html if again is not None else _paragraphs(words(short))
    return None


def _as_it_is(address: str) -> str | None:
    return address if address.startswith(("http://", "https://")) else None


def _untagged(markup: str) -> str:
    """The words of markup that no parser should see, one line a tag."""
    return "\n".join(
        filter(None, map(spaced, map(unescape, _HIDDEN.sub("\n", markup).split("\n"))))
    )


def _on_one_line(text: str) -> str:
    """What `flat` makes of HTML with this text, where all of it is ordinary and in order."""
    line = text.replace("\n", " ")
    return even(line.replace("\xa0", " ")).strip() if "\xa0" in line else line


def _paragraphs(text: str) -> str:
    written = escape(text, quote=False).replace("\xa0", "&nbsp;")
    html = "".join(f"<p>{line}</p>" for line in written.split("\n") if line)
    return html if is_within(html, MAX_BYTES) else _paragraphs(text[: MAX_BYTES // _WIDEST])
