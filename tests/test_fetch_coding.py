"""Unpacking in bounded pieces: whole streams, cut streams, bombs, and bytes that are no stream."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch.coding import MEMBERS, PIECE, decoder
from feedhub.fetch.faults import FetchError
from tests.hostile import BOMB, PACKERS, bomb

TEXT = "Kylän uutiset: Sámi ođđasat. ".encode() * 5_000
NOISE = bytes(n * n * 7919 % 251 for n in range(90_000))


def bare(body: bytes) -> bytes:
    """The deflate format without the frame of zlib."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def members(body: bytes) -> bytes:
    """One gzip member for each third of the body."""
    third = len(body) // 3 + 1
    return b"".join(gzip.compress(body[n : n + third]) for n in range(0, len(body), third))


def flushed(body: bytes) -> bytes:
    """As a server packs that sends in pieces."""
    packer = zlib.compressobj(wbits=31)
    pieces = [
        packer.compress(body[n : n + 999]) + packer.flush(zlib.Z_SYNC_FLUSH)
        for n in range(0, len(body), 999)
    ]
    return b"".join(pieces) + packer.flush()


STREAMS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    **{name: (name, pack) for name, pack in PACKERS.items()},
    "bare deflate": ("deflate", bare),
    "gzip of several members": ("gzip", members),
    "gzip in pieces": ("gzip", flushed),
    "gzip and zeros": ("gzip", lambda body: gzip.compress(body) + bytes(600)),
    "plain": ("identity", bytes),
}
each_stream = pytest.mark.parametrize(("coding", "pack"), STREAMS.values(), ids=STREAMS)


def unpacked(coding: str, data: bytes, step: int = 65_536) -> bytes:
    """All of it, fed in steps."""
    stream = decoder([coding])
    steps = (data[n : n + step] for n in range(0, len(data), step))
    body = b"".join(piece for each in steps for piece in stream.pieces(each))
    stream.finish()
    return body


def fault(coding: str, data: bytes) -> str:
    with pytest.raises(FetchError) as refused:
        unpacked(coding, data)
    return refused.value.fault.code


@each_stream
@pytest.mark.parametrize("step", [65_536, 1_000, 7, 1])
@pytest.mark.parametrize("body", [TEXT, NOISE, bytes(PIECE), b"a"], ids=["text", "noise", "0", "a"])
def test_what_was_packed_comes_back(
    coding: str, pack: Callable[[bytes], bytes], step: int, body: bytes
) -> None:
    data = pack(body)
    assert body == unpacked(coding, data, max(step, len(data) // 20_000))


@each_stream
def test_an_empty_body_is_empty_however_it_is_called(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    assert b"" == unpacked(coding, b"")
    assert b"" == unpacked(coding, pack(b""))


PACKED = {name: stream for name, stream in STREAMS.items() if name != "plain"}
each_packed = pytest.mark.parametrize(("coding", "pack"), PACKED.values(), ids=PACKED)


@each_packed
@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9])
def test_a_cut_stream_is_an_error(
    coding: str, pack: Callable[[bytes], bytes], share: float
) -> None:
    data = pack(TEXT[:9_000]).rstrip(b"\0")
    assert "truncated" == fault(coding, data[: int(len(data) * share) or 1])


@pytest.mark.parametrize("coding", PACKERS)
def test_a_stream_without_its_last_byte_is_an_error(coding: str) -> None:
    assert "truncated" == fault(coding, PACKERS[coding](TEXT)[:-1])


@pytest.mark.parametrize("coding", PACKERS)
def test_other_bytes_are_an_error(coding: str) -> None:
    assert "coding" == fault(coding, b"\xff" * 99)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_changed_byte_is_found(coding: str) -> None:
    data = bytearray(PACKERS[coding](TEXT))
    data[-5] ^= 1
    assert "coding" == fault(coding, bytes(data))


@pytest.mark.parametrize("coding", PACKERS)
def test_a_bomb_comes_in_pieces(coding: str) -> None:
    sizes = [len(piece) for piece in decoder([coding]).pieces(bomb(coding))]
    assert BOMB == sum(sizes)
    assert max(sizes) <= 2 * PIECE


@pytest.mark.parametrize("coding", PACKERS)
def test_no_more_is_unpacked_than_is_taken(coding: str) -> None:
    packed = bomb(coding)
    tracemalloc.start()
    try:
        piece = next(decoder([coding]).pieces(packed))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(piece) <= 2 * PIECE
    assert peak < 1_000_000


def test_thousands_of_members_are_an_error() -> None:
    empty = gzip.compress(b"")
    assert b"" == unpacked("gzip", empty * MEMBERS)
    assert "coding" == fault("gzip", empty * (MEMBERS + 1))


def test_a_zstd_window_beyond_eight_megabytes_is_an_error() -> None:
    """A frame header that asks for 64 MB (RFC 8878 section 3.1.1.1.2)."""
    exponent = 26 - 10
    frame = b"\x28\xb5\x2f\xfd" + bytes([0b0000_0000, exponent << 3]) + b"\x01\x00\x00"
    small = b"\x28\xb5\x2f\xfd" + bytes([0b0000_0000, 0]) + b"\x01\x00\x00"
    assert b"" == unpacked("zstd", small)
    assert "coding" == fault("zstd", frame)


NAMES = {
    "none": ([], b"a"),
    "empty": ([""], b"a"),
    "identity": (["identity"], b"a"),
    "a character set by mistake": (["utf-8"], b"a"),
    "in capitals": (["GZIP"], gzip.compress(b"a")),
    "by its old name": (["x-gzip"], gzip.compress(b"a")),
    "among nothing": (["identity, gzip", ""], gzip.compress(b"a")),
}


@pytest.mark.parametrize(("fields", "data"), NAMES.values(), ids=NAMES)
def test_coding_is_named(fields: list[str], data: bytes) -> None:
    assert b"a" == b"".join(decoder(fields).pieces(data))


@pytest.mark.parametrize(
    "fields",
    [["gzip, gzip"], ["gzip", "gzip"], ["br,gzip"], ["compress"], ["gzip;q=1"], ["a" * 999]],
)
def test_more_than_one_coding_or_an_unknown_one_is_an_error(fields: list[str]) -> None:
    with pytest.raises(FetchError) as refused:
        decoder(fields)
    assert "coding" == refused.value.fault.code


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=300), st.integers(1, 50))
@settings(deadline=None)
def test_any_bytes_are_a_stream_or_an_error(coding: str, data: bytes, step: int) -> None:
    stream = decoder([coding])
    with suppress(FetchError):
        for n in range(0, len(data), step):
            assert all(len(piece) <= 2 * PIECE for piece in stream.pieces(data[n : n + step]))
        stream.finish()


@given(st.sampled_from(sorted(STREAMS)), st.binary(max_size=3_000), st.integers(1, 4_000))
@settings(deadline=None)
def test_any_body_survives(name: str, body: bytes, step: int) -> None:
    coding, pack = STREAMS[name]
    assert body == unpacked(coding, pack(body), step)
