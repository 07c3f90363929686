"""Bounded decompression (RFC 9110 section 8.4): one content coding, piece by piece.

A decoder gives pieces of at most a few times PIECE bytes, only as they are taken, so that whoever
counts them can stop at any moment: no body, however packed, is ever unpacked further than wanted.
"""

import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import brotli

from feedhub.fetch.faults import CODING, CODINGS, TRUNCATED, FetchError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 65_536
MEMBERS = 1_000
"""Of one gzip body; a packer that works in parallel makes one of every few kilobytes."""
ZSTD_WINDOW = 23
"""Log2 of the most memory a decoder may need (RFC 9659 section 3: 8 MB)."""

NONE = frozenset({"", "identity", "none", "utf-8"})
"""What servers name when nothing is packed; the last two by mistake."""


class Decoder(Protocol):
    """Raises FetchError for bytes that are packed wrongly, or cut off.

    `memory` is what it may need for itself, in bytes.
    """

    memory: int

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these further bytes unpack to."""
        ...

    def finish(self) -> None:
        """Say that no more bytes come."""
        ...


def decoder(fields: Iterable[str]) -> Decoder:
    """The decoder for the values of the Content-Encoding header fields."""
    names = [each.strip().lower() for value in fields for each in value.split(",")]
    packed = [each for each in names if each not in NONE]
    if len(packed) > 1 or not set(packed) <= _DECODERS.keys():
        raise FetchError(CODINGS)
    return _DECODERS[packed[0]]() if packed else _Plain()


class _Plain:
    memory = 0

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        return


class _Packed:
    """What the codings have in common: an empty body is empty, and a stream must reach its end."""

    memory = 1 << 15

    def __init__(self) -> None:
        self._begun = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        try:
            yield from self._unpacked(data)
        except (zlib.error, brotli.error, zstd.ZstdError):
            raise FetchError(CODING) from None

    def finish(self) -> None:
        if self._begun and not self._is_whole():
            raise FetchError(TRUNCATED)

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        raise NotImplementedError

    def _is_whole(self) -> bool:
        raise NotImplementedError


class _Gzip(_Packed):
    """One or more members (RFC 1952 section 2.2); what follows the last and is none is left."""

    def __init__(self) -> None:
        super().__init__()
        self._members = 1
        self._stream = zlib.decompressobj(wbits=31)
        self._rest = b""

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        data = self._rest + data
        while data and self._has_member(data):
            yield from _inflated(self._stream, data)
            data = self._stream.unused_data
        self._rest = data[:2]

    def _has_member(self, data: bytes) -> bool:
        """Whether the bytes belong to a member; begins the next one."""
        if not self._stream.eof:
            return True
        if not data.startswith(b"\x1f\x8b"):
            return False
        self._members += 1
        if self._members > MEMBERS:
            raise FetchError(CODING)
        self._stream = zlib.decompressobj(wbits=31)
        return True

    def _is_whole(self) -> bool:
        return self._stream.eof


class _Deflate(_Packed):
    """The zlib format, or the bare one that some servers send instead (RFC 9110 section 8.4.1.2)."""

    def __init__(self) -> None:
        super().__init__()
        self._head = b""
        self._stream: Any = None

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            self._stream = zlib.decompressobj(wbits=15 if _is_zlib(data) else -15)
        yield from _inflated(self._stream, data)

    def _is_whole(self) -> bool:
        return self._stream is not None and self._stream.eof


def _inflated(stream: Any, data: bytes) -> Iterator[bytes]:
    """To the end of the data or of the stream; a full piece may leave more inside."""
    full = True
    while not stream.eof and (data or full):
        piece = stream.decompress(data, PIECE)
        yield piece
        data, full = stream.unconsumed_tail, len(piece) == PIECE


def _is_zlib(data: bytes) -> bool:
    """By the first two bytes (RFC 1950 section 2.2)."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0


class _Brotli(_Packed):
    """RFC 7932; its window is section 9.1's."""

    memory = 1 << 24

    def __init__(self) -> None:
        super().__init__()
        self._stream = brotli.Decompressor()

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        # It takes all of the data while more than a piece may still be inside.
        more = bool(data)
        while more and not self._stream.is_finished():
            piece = self._stream.process(data, output_buffer_limit=PIECE)
            yield piece
            data, more = b"", bool(piece) or not self._stream.can_accept_more_data()

    def _is_whole(self) -> bool:
        return bool(self._stream.is_finished())


class _Zstd(_Packed):
    """One frame (RFC 8878)."""

    memory = 1 << ZSTD_WINDOW

    def __init__(self) -> None:
        super().__init__()
        window = {int(zstd.DecompressionParameter.window_log_max): ZSTD_WINDOW}
        self._stream = zstd.ZstdDecompressor(options=window)

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.eof:
            yield self._stream.decompress(data, PIECE)
            data = b""
            if self._stream.needs_input:
                return

    def _is_whole(self) -> bool:
        return bool(self._stream.eof)


_DECODERS = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
