"""Plain text -> excerpt, by WordPress' rules (pure).

The outcome is the beginning of the text and at most one ` […]`, never a word of our own. Words are
what space, tab, line feed and carriage return part; a no-break space holds together. It differs
from `wp_trim_excerpt` in four things, the first three of which are `html.text`'s doing:

1. The end of a block and `<br>` part words; WordPress glues them.
2. Entities are characters before words are counted; WordPress counts `&nbsp;` as a word.
3. A `<` before a letter that begins no tag is kept; WordPress drops what follows it.
4. No-break spaces at the ends go.

What surrounds a text in a feed is no part of it: its own title once more, shortcodes that nobody
has expanded, buttons to share it, and links to read on.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import chain

MAX_CHARACTERS = 600
"""Of an automatic excerpt; and a longer summary is not taken for one."""
MAX_MANUAL = 2_000
"""Of an excerpt that was written by hand."""

_MORE = " […]"
_SEPARATORS = re.compile(r"[\n\r\t ]+")
_SEVERAL = re.compile("  +")

# An excerpt is made from the beginning; this much holds 55 words of any language.
_READ = 20_000

# A longer word may be cut: an address, or a language that writes no spaces.
_LONG_WORD = 100

# A character with all that it is composed of.
_LONGEST_CHARACTER = 40

_LONGEST_TITLE = 1_000

# A title of fewer words may as well be the beginning of a sentence.
_TITLE_WORDS = 2

_AFTER_TITLE = re.compile(r"(?P<ended>[.!?…]*)[\"'”’»)\]]*+[^\S\n]*+(?P<parted>\n|[:|–—-](?=\s)|)")

# Of WordPress and its page builders; any other needs an attribute to be known as one.
_NAMES = (
    r"(?:caption|gallery|playlist|audio|video|embed|wp_caption|contact-form(?:-7)?|wpforms|toc"
    r"|gravityform|ninja_form|googlemaps?|rev_slider|elementor-template"
    r"|(?:av|cs|et_pb|fusion|mk|nectar|su|tp|ux|vc|wp|wpml)_\w{1,40})"
)
_SHORTCODES = (
    re.compile(
        r"(?s)\[(caption|wp_caption|gallery|playlist|audio|video|embed)\b[^\[\]]{0,1000}\]"
        r".{0,2000}?\[/\1\]"
    ),
    re.compile(rf"\[/?{_NAMES}(?:[\s/][^\[\]]{{0,1000}})?\]"),
    re.compile(r"\[[a-z][\w-]{1,40}(?:\s+[\w-]{1,40}=[^\[\]\s][^\[\]]{0,500})\s*/?\]"),
    re.compile(r"\[/[a-z][\w-]{1,40}\]"),
)

# WordPress' last line of a feed item: the post, the verb; between them the title, then the site.
_FIRST_APPEARED = (
    ("The post", "appeared first on"),
    ("The post", "first appeared on"),
    ("Artikkeli", "julkaistiin ensimmäisen kerran"),
    ("Artikkeli", "ilmestyi ensimmäisen kerran"),
    ("Inlägget", "dök först upp på"),
    ("Innlegget", "dukket først opp på"),
    ("Innlegget", "dukka først opp på"),
    ("Indlægget", "blev først udgivet på"),
    ("Der Beitrag", "erschien zuerst auf"),
    ("Запись", "впервые появилась"),
    ("Сообщение", "появились сначала на"),
)
_LAST_LINE = 600

_SURROUNDS = 2_000
"""Characters at the end of a text that may be no part of it: where more follow the words of an
excerpt, it is not looked for."""
_NEXT_SENTENCE = re.compile(r"[.!?]\s+\S")

_READ_ON = re.compile(
    r"(?i)(?<!\w)(?:"
    r"lue lisää|lue koko (?:artikkeli|blogi|juttu|tiedote|uutinen)|jatka lukemista|lue edelleen"
    r"|läs mera?|läs vidare|läs hela (?:artikeln|inlägget|nyheten)|fortsätt(?: att)? läsa"
    r"|read more|continue reading|keep reading|read the (?:full|rest of the|whole) \w{4,10}"
    r"|les mer|les videre|fortsett å lese|loga lasi|loga eanet|luuvâ lase|looǥǥ lââʹzz"
    r"|weiterlesen|loe edasi|читать далее|читать полностью)(?!\w)"
)
# One of these stands in each of them, and is found ten times faster.
_READS = (
    "lue ", "jatka ", "läs", "read", "les ", "fortsett ", "loga ", "luuvâ ", "looǥǥ ",
    "weiterlesen", "loe ", "читать ",
)  # fmt: skip
_LINK = 400
"""Characters in which a last line of links stands, the title among them."""
_QUOTED = re.compile(r"\s*[\"'“”«»„‘’].{1,300}[\"'“”«»’]\W*", re.DOTALL)

_SERVICES = (
    r"(?:bluesky|e-?mail|e-?post|facebook|instagram|linkedin|mastodon|messenger|pinterest|pocket"
    r"|print|reddit|skriv ut|sähköposti|telegram|threads|tulosta|tumblr|twitter|whatsapp|x)"
)
_SHARES = ("jaa", "share", "del")
_SHARE = re.compile(
    r"(?i)(?<!\w)(?:jaa|share|dela|del)(?: (?:tämä|artikkeli|sivu|somessa|this|on|detta|artikeln"
    rf"|på|dette))*+\s*:?(?:[\s|,/•·-]{{0,5}}{_SERVICES}(?!\w))+\W*\Z"
)


def automatic(text: str, *, words: int = 55, more: str = _MORE, title: str | None = None) -> str:
    """The first words of a text, followed by `more` when there were others."""
    begun = _begun(text, title)
    parts = _SEPARATORS.split(begun, maxsplit=words)
    if len(parts) <= words or len(parts[words]) <= _SURROUNDS:
        parts = _SEPARATORS.split(_ended(begun, title), maxsplit=words)
    line = " ".join(parts[:words]).rstrip()
    room = MAX_CHARACTERS - len(more)
    if len(parts) <= words:
        return _within(line, MAX_CHARACTERS, more)
    return (line if len(line) <= room else _cut(line, room)) + more


def manual(text: str, *, title: str | None = None) -> str:
    """An author's own summary, word for word, on one line."""
    return _within(_ended(_begun(text, title), title), MAX_MANUAL, _MORE)


def shortened(text: str, limit: int) -> str:
    """One line cut to a number of characters, between words where it can be."""
    return _within(text, limit, "…")


def _within(line: str, limit: int, more: str) -> str:
    return line if len(line) <= limit else _cut(line, limit - len(more)) + more


def _cut(line: str, end: int) -> str:
    """As many words as fit; a very long one is cut itself."""
    begun = line.rfind(" ", 0, end + 1)
    ended = line.find(" ", end)
    length = (len(line) if ended < 0 else ended) - begun - 1
    whole = begun > 0 and length <= _LONG_WORD
    return line[: begun if whole else _between_characters(line, end)].rstrip()


def _between_characters(line: str, end: int) -> int:
    """The last place up to `end` at which no code point is parted from what belongs to it."""
    for place in range(end, max(end - _LONGEST_CHARACTER, 0), -1):
        if not _belongs(line[place - 1], line[place]):
            return place
    return end


def _belongs(before: str, mark: str) -> bool:
    """Whether two code points are seen as one: accents, joined and coloured emoji, flags."""
    joined = "\u200d" in (before, mark) or unicodedata.category(mark) in {"Mn", "Me", "Mc"}
    coloured = "\U0001f3fb" <= mark <= "\U0001f3ff"
    flag = all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (before, mark))
    return joined or coloured or flag


def _begun(text: str, title: str | None) -> str:
    """The text without shortcodes, and without what surrounds its beginning."""
    told = text[:_READ].strip()
    if "[" in told:
        for shortcode in _SHORTCODES:
            told = shortcode.sub(" ", told).strip()
    if not title or _initial(told) != _initial(title):
        return told
    letters, words = _letters(title), len(title.split())
    return _settled(told, lambda text: _without_title(text, letters, words))


def _ended(text: str, title: str | None) -> str:
    """The text on one line, without what surrounds its end."""
    return _settled(
        _on_one_line(text),
        lambda text: _without_link(_without_share(_without_origin(text)), title),
    )


def _on_one_line(text: str) -> str:
    """With single spaces; many times faster than with a pattern that finds every space."""
    return _SEVERAL.sub(" ", text.replace("\n", " ").replace("\r", " ").replace("\t", " "))


def _settled(text: str, step: Callable[[str], str]) -> str:
    """The text after as many steps as change it; each only shortens it."""
    while (after := step(text)) != text:
        text = after
    return text


def _letters(text: str | None) -> str:
    """What is compared of two texts that may be set differently."""
    return "".join(filter(str.isalnum, (text or "")[:_LONGEST_TITLE].casefold()))


def _initial(text: str) -> str:
    """The first of the letters that are compared; where it differs, no other is looked at."""
    return next(filter(str.isalnum, chain.from_iterable(map(str.casefold, text))), "")


def _without_title(text: str, letters: str, words: int) -> str:
    """The text after a repetition of its title; as it is when that begins a sentence."""
    end = _end_of(letters, text)
    after = _AFTER_TITLE.match(text, end)
    if not end or not after:
        return text
    rest = text[after.end() :].lstrip()
    if after["parted"] == "\n" or not rest:
        return rest
    told = after["parted"] or after["ended"] or words >= _TITLE_WORDS
    begins = after.end() > end and not rest[0].islower()
    return rest if told and begins else text


def _end_of(letters: str, text: str) -> int:
    """Where in the text its first letters have told these; 0 when they tell others."""
    told = 0
    for place, character in enumerate(text):
        if told == len(letters):
            return place if told and not character.isalnum() else 0
        for each in filter(str.isalnum, character.casefold()):
            if told == len(letters) or letters[told] != each:
                return 0
            told += 1
    return len(text) if letters and told == len(letters) else 0


def _without_origin(text: str) -> str:
    """The text before "The post … appeared first on …", when that stands at its end."""
    tail = text[-_LAST_LINE:]
    for head, verb in _FIRST_APPEARED:
        place = tail.rfind(f" {verb} ")
        start = tail.rfind(f"{head} ", 0, place) if place > 0 else -1
        if start >= 0 and not _NEXT_SENTENCE.search(tail, place):
            return text[: len(text) - len(tail) + start].rstrip()
    return text


def _without_share(text: str) -> str:
    tail = text[-_LINK:]
    rest = _SHARE.sub("", tail) if _has_any(tail, _SHARES) else tail
    return text[:-_LINK] + rest.rstrip()


def _without_link(text: str, title: str | None) -> str:
    """The text before a last link to read on, with or without the title behind it."""
    tail = text[-_LINK:]
    if not _has_any(tail, _READS):
        return text
    for link in reversed(list(_READ_ON.finditer(tail))):
        before, rest = tail[: link.start()].rstrip(), tail[link.end() :]
        begins = link[0][0].isupper() or not before or not before[-1].isalnum()
        if begins and _names(rest, title):
            return text[: len(text) - len(tail) + link.start()].rstrip()
    return text


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    return any(map(text.casefold().__contains__, words))


def _names(rest: str, title: str | None) -> bool:
    """Whether what follows a link's words is nothing, the title, or something in quotes."""
    letters = _letters(rest)
    if not letters:
        return "[" not in rest
    return bool(_QUOTED.fullmatch(rest)) or letters == _letters(title)
