"""Names, conditions and content codings of published files (RFC 9110)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.publish.packing import BROTLI, CODINGS, GZIP
from feedhub.publish.representation import (
    acceptable,
    encoded,
    evaluate,
    http_date,
    published_name,
)

SUNDAY = "Sun, 22 Nov 2026 08:00:00 GMT"
MONDAY = "Mon, 23 Nov 2026 08:00:00 GMT"
TUESDAY = "Tue, 24 Nov 2026 08:00:00 GMT"
MONDAY_SECONDS = 1795420800


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_name_never_leads_outside(path: str) -> None:
    name = published_name(path)
    if name is not None:
        assert not name.startswith("/")
        assert not {"", ".", ".."} & set(name.split("/"))


TAG = '"abc"'
CONDITIONS = {
    "none": ({}, 200),
    "the same tag": ({"if-none-match": '"abc"'}, 304),
    "the same tag as weak": ({"if-none-match": 'W/"abc"'}, 304),
    "another tag": ({"if-none-match": '"xyz"'}, 200),
    "a list with the tag": ({"if-none-match": '"xyz", W/"abc" , "q"'}, 304),
    "a tag with a comma": ({"if-none-match": '"x,y", "abc"'}, 304),
    "any tag": ({"if-none-match": "*"}, 304),
    "a tag without quotes": ({"if-none-match": "abc"}, 200),
    "the same date": ({"if-modified-since": MONDAY}, 304),
    "a later date": ({"if-modified-since": TUESDAY}, 304),
    "an earlier date": ({"if-modified-since": SUNDAY}, 200),
    "no date": ({"if-modified-since": "yesterday"}, 200),
    "an impossible date": ({"if-modified-since": "Mon, 99 Nov 2026 08:00:00 GMT"}, 200),
    "a date in RFC 850 form": ({"if-modified-since": "Monday, 23-Nov-26 08:00:00 GMT"}, 304),
    "a date in asctime form": ({"if-modified-since": "Mon Nov 23 08:00:00 2026"}, 304),
    "another tag beats a later date": (
        {"if-none-match": '"xyz"', "if-modified-since": TUESDAY},
        200,
    ),
    "the same tag beats an earlier date": (
        {"if-none-match": '"abc"', "if-modified-since": SUNDAY},
        304,
    ),
    "if-match with the tag": ({"if-match": '"abc"'}, 200),
    "if-match with any": ({"if-match": "*"}, 200),
    "if-match with a weak tag": ({"if-match": 'W/"abc"'}, 412),
    "if-match with another tag": ({"if-match": '"xyz"'}, 412),
    "if-match beats if-unmodified-since": (
        {"if-match": '"abc"', "if-unmodified-since": SUNDAY},
        200,
    ),
    "if-unmodified-since before": ({"if-unmodified-since": SUNDAY}, 412),
    "if-unmodified-since after": ({"if-unmodified-since": TUESDAY}, 200),
    "if-unmodified-since without a date": ({"if-unmodified-since": "x"}, 200),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_conditions_are_judged_in_their_order(case: str) -> None:
    headers, expected = CONDITIONS[case]
    asked = {name.encode(): value.encode() for name, value in headers.items()}
    assert expected == evaluate(asked, TAG.encode(), MONDAY_SECONDS)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_condition_gets_an_answer(tags: bytes, date: bytes) -> None:
    asked = {b"if-none-match": tags, b"if-modified-since": date, b"if-unmodified-since": date}
    assert evaluate(asked, b'"abc"', MONDAY_SECONDS) in {200, 304, 412}
    assert http_date(date) is None or isinstance(http_date(date), int)


PREFERRED = {
    "": (),
    "identity": (),
    "gzip": ("gzip",),
    "x-gzip": ("gzip",),
    "br": ("br",),
    "gzip, deflate, br, zstd": ("br", "gzip"),
    "gzip;q=1.0, br;q=0.5": ("gzip", "br"),
    "br;q=0, gzip": ("gzip",),
    "*": ("br", "gzip"),
    "*;q=0": (),
    "gzip;q=0, *": ("br",),
    "identity, gzip;q=0.5": (),
    "identity;q=0.5, gzip;q=0.5": ("gzip",),
    "gzip;q=nonsense": (),
    "GZIP;Q=0.8": ("gzip",),
    ",, ;q=1": (),
}


@pytest.mark.parametrize("field", PREFERRED)
def test_codings_are_weighed(field: str) -> None:
    assert PREFERRED[field] == acceptable(field.encode())


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60))
def test_any_list_of_codings_gets_an_answer(field: bytes) -> None:
    assert set(acceptable(field)) <= {"br", "gzip"}


PLAIN = b"Silta avattiin. " * 100
BESIDE = {
    "both": ({".gz": GZIP.pack(PLAIN), ".br": BROTLI.pack(PLAIN)}, "br"),
    "the second choice": ({".gz": GZIP.pack(PLAIN)}, "gzip"),
    "the first choice, of older bytes": (
        {".gz": GZIP.pack(PLAIN), ".br": BROTLI.pack(PLAIN[:-1])},
        "gzip",
    ),
    "nothing": ({}, "br"),
    "nothing of use": ({".gz": b"x", ".br": b"x"}, "br"),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_lies_packed_is_sent_before_anything_is_packed(tmp_path: Path, case: str) -> None:
    files, expected = BESIDE[case]
    for suffix, packed in files.items():
        (tmp_path / f"atom.xml{suffix}").write_bytes(packed)
    coding, body = encoded(tmp_path / "atom.xml", PLAIN, ("br", "gzip"))
    assert expected == coding
    assert CODINGS[coding].unpack(body, PLAIN) == PLAIN
