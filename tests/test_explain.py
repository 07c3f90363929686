"""What the hub answers when somebody asks why a post is there, or why it is not."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from feedhub.model import Dropped, Fault, Memory
from feedhub.normalize import Note
from feedhub.pipeline import explain, journal, moderation
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY
from tests.test_intake import BRIDGE, HOSTS, REGISTER, item, poll, shown

SILTA = item("silta", text=BRIDGE)
COPY = item("a", "toinen", BRIDGE)
LATER = TUESDAY + timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        yield opened


def answer(store: Store, name: str) -> str:
    return told(store, name)[0]


def told(store: Store, name: str) -> list[str]:
    return explain.explain(store, REGISTER, name)


def note(store: Store, *dropped: Dropped, day: int = 0) -> None:
    journal.note_dropped(store, "kyla/feed", dropped, now=TUESDAY + timedelta(days=day))


def test_published_item_is_said_to_be_there(store: Store) -> None:
    poll(store, SILTA)
    (story,) = shown(store)
    assert answer(store, SILTA.id) == f"It is published since 2026-11-24T08:00:00Z as {story.id}."


def test_member_is_said_to_be_shown_as_another(store: Store) -> None:
    poll(store, SILTA)
    poll(store, COPY, day=1)
    assert "shown as “Uutinen silta” of kyla/feed, which tells the same" in answer(store, COPY.id)
    lines = told(store, COPY.id)
    grouped = [line for line in lines if "  grouped " in line]
    assert len(grouped) == 1
    assert (
        "same text in another source: kyla/feed https://kyla.example.fi/silta, score 1"
        in grouped[0]
    )
    assert any(line.startswith("  also in it kyla/feed") for line in lines)
    (stands,) = [line for line in lines if line.startswith("  stands in")]
    assert "the whole, " in stands


def test_item_that_newer_ones_pushed_out_is_in_the_archive(store: Store) -> None:
    poll(store, SILTA)
    poll(store, item("new", "toinen", published=TUESDAY), day=1)
    lines = explain.explain(store, REGISTER, SILTA.id, newest=1)
    assert lines[0].endswith("taken its place in the feeds, it stands in the archive.")


def test_hidden_item_names_the_operator(store: Store) -> None:
    poll(store, SILTA)
    moderation.hide(store, REGISTER, SILTA.id, now=LATER)
    assert answer(store, SILTA.id) == "It is not published: an operator has hidden its story."
    assert any("moderated   hidden by the operator" in line for line in told(store, SILTA.id))


def test_withdrawn_item_says_when(store: Store) -> None:
    poll(store, SILTA, complete="kyla/feed")
    poll(store, item("koulu"), day=1, complete="kyla/feed")
    assert answer(store, SILTA.id) == (
        "It was withdrawn at 2026-11-25T08:00:00Z: its source carries it no more."
    )


def test_dropped_item_names_the_rule(store: Store) -> None:
    dropped = Dropped(id="https://kyla.example.fi/x", title="Lounas", reason="a draft")
    note(store, dropped)
    note(store, dropped, day=1)
    lines = told(store, dropped.id)
    assert lines[0] == "It is not published: kyla/feed carries it, but “Lounas”: a draft."
    assert [line for line in lines if "dropped" in line] == [
        "  2026-11-24T08:00:00Z  dropped     “Lounas”: a draft"
    ]


def test_rules_of_new_entries_are_told_field_by_field(store: Store) -> None:
    notes = {SILTA.id: (Note("title", "as written", " Uutinen <b>silta</b>"),)}
    poll(store, SILTA, notes=notes)
    poll(store, SILTA, notes=notes, day=1)
    lines = [line for line in told(store, SILTA.id) if "normalized" in line]
    told_of = "title: “ Uutinen <b>silta</b>” → “Uutinen silta”: as written"
    assert lines == [f"  2026-11-24T08:00:00Z  normalized  {told_of}"]


def test_dropped_item_is_found_by_its_id_and_by_its_address(store: Store) -> None:
    address = "https://kyla.example.fi/luonnos/"
    note(store, Dropped(id="p=7", title="Luonnos", reason="a draft", url=address))
    answers = {told(store, name)[0] for name in ("p=7", address)}
    assert answers == {"It is not published: kyla/feed carries it, but “Luonnos”: a draft."}


def test_edit_is_told_with_both_texts(store: Store) -> None:
    poll(store, SILTA)
    poll(store, item("silta", text=BRIDGE, title="Silta on auki"), day=1)
    assert any(
        line.endswith("edited      title: “Uutinen silta” → “Silta on auki”")
        for line in told(store, SILTA.id)
    )


def test_unknown_address_names_the_source_that_would_carry_it(store: Store) -> None:
    fault = Fault(code="http-404", message="The feed is not there.")
    store.remember(Memory(source="kyla/feed", last_poll=TUESDAY, last_good=MONDAY, fault=fault))
    assert told(store, "https://kyla.example.fi/nowhere") == [
        "Nothing with this id or address has been seen in the last 90 days.",
        "kyla/feed would carry it:",
        "  its source was asked 2026-11-24T08:00:00Z, last good 2026-11-23T08:00:00Z; "
        "at fault: The feed is not there.",
    ]


def test_item_of_a_removed_source_says_so(store: Store) -> None:
    poll(store, item("x", source="poissa/feed"))
    assert answer(store, item("x").id) == (
        "It is not published: its source poissa/feed is not configured any more."
    )


def test_journal_is_kept_for_its_time_only(store: Store) -> None:
    poll(store, SILTA)
    poll(store, COPY, day=1)
    store.forget(TUESDAY + timedelta(days=1))
    assert store.logged("kyla/feed", SILTA.id) == []
    assert store.logged("toinen/feed", COPY.id) != []
