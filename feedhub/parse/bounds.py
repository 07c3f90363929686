"""How large a document and its parts may be for a parser; no feed for readers comes near.

What is too long is shortened. Where too many tags stand, or too deep ones, reading ends.
"""

import re
from itertools import islice

MAX_RUN = 200_000
"""Bytes from one tag to the next."""
MAX_TAG = 50_000
MAX_VALUE = 10_000
"""Bytes of an attribute: a longer one is a picture written into its own address; it is emptied."""
MAX_TAGS = 60_000
MAX_DEPTH = 500
"""Elements inside each other, within one entry."""
FEW_TAGS = 20_000
"""So many do no harm, however they stand, and are not looked at one by one."""

_RUN = re.compile(rb"([^<]{1,%d}+)[^<]*+" % MAX_RUN)
_TAG = re.compile(rb"(<[^<>]{%d})[^<>]++" % MAX_TAG)
_VALUE = re.compile(rb"""=\s*+(?:"[^"<>]{%d,}+"|'[^'<>]{%d,}+')""" % (MAX_VALUE, MAX_VALUE))
_STEP = re.compile(
    rb"(?s)<(?:!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|!--.*?(?:-->|\Z)"
    rb"|(?P<end>/)"
    rb"|(?P<entry>(?:[\w.-]{1,40}:)?(?i:item|entry)[\s>])"
    rb"|[A-Za-z_][^<>]*+(?<=/)>"
    rb"|(?P<start>[A-Za-z_]))"
)


def within(xml: bytes) -> int:
    """How far one can read before there are too many tags, or too deep ones."""
    if xml.count(b"<") <= FEW_TAGS:
        return len(xml)
    enough = next(islice(re.finditer(b"<", xml), MAX_TAGS, None), None)
    return _shallow(xml, enough.start() if enough else len(xml))


def shortened(xml: bytes) -> bytes:
    """With all attributes, tags and texts of a bearable length."""
    if len(xml) > MAX_VALUE:
        xml = _TAG.sub(rb"\1", _VALUE.sub(b'=""', xml))
    return _RUN.sub(_shortened, xml) if len(xml) > MAX_RUN else xml


def _shortened(run: re.Match[bytes]) -> bytes:
    """No longer than allowed, and without a half letter or half a reference at its end."""
    if len(run[1]) == len(run[0]):
        return run[0]
    text = run[1].decode(errors="ignore")
    start = text.rfind("&", -12)
    return (text[:start] if start >= 0 else text).encode()


def _shallow(xml: bytes, end: int) -> int:
    """How far one can read without going too deep, up to an end."""
    depth = 0
    for step in _STEP.finditer(xml, 0, end):
        if step.lastgroup == "entry":
            depth = 0
        elif step.lastgroup is not None:
            depth += 1 if step.lastgroup == "start" else -1
        if depth > MAX_DEPTH:
            return step.start()
    return end
