"""Feeds of partners give the records beside them; see `partners_record` for how to add one."""

import pytest

from tests.partners_record import PARTNERS, names, recorded, records


@pytest.mark.parametrize("name", names())
def test_feed_gives_its_records(name: str) -> None:
    assert recorded(name) == records(name)


def test_every_feed_has_an_origin_and_every_record_a_feed() -> None:
    origins = (PARTNERS / "ORIGINS.md").read_text("utf-8")
    assert [] == [name for name in names() if f"`{name}." not in origins]
    assert names() == sorted(file.stem for file in PARTNERS.glob("*.json"))
