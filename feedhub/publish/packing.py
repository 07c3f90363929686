"""The packed forms of a published file: made once beside it, for every reader that asks (pure).

Levels were chosen by 160 outputs of a publication of 1 000 feeds: the highest ones that still pay.
Against gzip 6 and brotli 5 they cost two thirds of the time and 5 % more bytes, so that brotli,
which most readers ask for, is as small as gzip 6.
"""

import os
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

import brotli

GZIP_LEVEL = 4
BROTLI_QUALITY = 4

_COMPRESSIBLE = frozenset({".html", ".xml", ".json", ".css", ".txt", ".svg"})
_ARCHIVED = re.compile(r"(?:^|/)archive/\d{4}/")


class Coding(NamedTuple):
    """A content coding (RFC 9110 section 8.4.1) and the file that holds it."""

    suffix: str
    pack: Callable[[bytes], bytes]
    unpack: Callable[[bytes, bytes], bytes | None]
    """Of packed bytes and of what is expected in them; None for what is none of its own."""


def _pack_gzip(plain: bytes) -> bytes:
    # Without name and time, so that the same bytes are packed the same.
    return zlib.compress(plain, GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)


def _unpack_gzip(packed: bytes, plain: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, len(plain) + 1)
    except zlib.error:
        return None


def _pack_brotli(plain: bytes) -> bytes:
    packed: bytes = brotli.compress(plain, quality=BROTLI_QUALITY)
    return packed


def _unpack_brotli(packed: bytes, _plain: bytes) -> bytes | None:
    try:
        unpacked: bytes = brotli.decompress(packed)
    except brotli.error:
        return None
    return unpacked


GZIP = Coding(".gz", _pack_gzip, _unpack_gzip)
BROTLI = Coding(".br", _pack_brotli, _unpack_brotli)
CODINGS = {"gzip": GZIP, "br": BROTLI}
"""By their names in HTTP."""


def is_text(name: str) -> bool:
    """Whether a published file is worth packing, and so has several representations."""
    return os.path.splitext(name)[1].lower() in _COMPRESSIBLE  # noqa: PTH122 - on every request


def forms(name: str) -> tuple[Coding, ...]:
    """The codings that lie beside a published file.

    The archive is written by the hundred and read by few: it lies there in the one that all take.
    """
    if not is_text(name):
        return ()
    return (GZIP,) if _ARCHIVED.search(name) else (GZIP, BROTLI)
