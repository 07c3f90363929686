"""What a SQLite file that cannot be used leads to: clear words, and nothing written over."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from feedhub.model import Memory
from feedhub.store import StoreError
from feedhub.store.records import entry_json
from feedhub.store.sqlite import FILE, SqliteStore
from feedhub.store.sqlite import database as door
from feedhub.store.sqlite.database import Database
from tests.samples import entry

MEMORY = Memory(source="kyla/feed")

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
db.execute("COMMIT")
print("let go", flush=True)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    SqliteStore(tmp_path).close()
    return tmp_path


@pytest.fixture
def holder(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the file until it is told to let go."""
    command = [sys.executable, "-c", HOLD, str(state / FILE)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.returncode is None:
            process.communicate("\n")


def test_writer_waits_for_another_process(state: Path, holder: subprocess.Popen[str]) -> None:
    with closing(SqliteStore(state)) as store:
        letting_go = threading.Timer(0.3, holder.communicate, ["\n"])
        letting_go.start()
        with store.transaction():
            store.remember(MEMORY)
        letting_go.join()
        assert holder.returncode == 0
        assert store.memories() == {"kyla/feed": MEMORY}


def test_patience_outlasts_a_backup() -> None:
    assert door.PATIENCE_SECONDS >= 20


def test_writer_gives_up_in_words(
    state: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE_SECONDS", 0.1)
    with closing(SqliteStore(state)) as store:
        with pytest.raises(StoreError, match="another program holds the file"):
            store.remember(MEMORY)
        with pytest.raises(StoreError, match="another program holds the file"), store.transaction():
            store.remember(MEMORY)


def test_readers_do_not_wait(state: Path, holder: subprocess.Popen[str]) -> None:
    with closing(SqliteStore(state)) as store:
        assert store.memories() == {}


def damage_header(file: Path) -> None:
    file.write_bytes(b"not SQLite at all" + file.read_bytes()[17:])


def damage_pages(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[4_096:] = b"\xff" * (len(whole) - 4_096)
    file.write_bytes(bytes(whole))


@pytest.mark.parametrize("damage", [damage_header, damage_pages])
def test_damaged_file_is_named_and_left_as_it_is(
    state: Path, damage: Callable[[Path], None]
) -> None:
    damage(state / FILE)
    before = (state / FILE).read_bytes()
    with pytest.raises(StoreError, match=r"feedhub\.sqlite3: the file is damaged"):
        use(state)
    assert before == (state / FILE).read_bytes()


def use(state: Path) -> None:
    with closing(SqliteStore(state)) as store:
        store.memories()
        list(store.every_story())


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="the store cannot be used"):
        SqliteStore(tmp_path / "file")


def test_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with closing(SqliteStore(tmp_path)) as store:
        assert store.memories() == {}


def test_file_that_may_not_be_written_is_named(state: Path) -> None:
    db = Database(state / FILE)
    with closing(db):
        db.run("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="may not be written to; mend their rights"):
            db.run("DELETE FROM facts")


def test_full_disk_is_said_and_leaves_what_was(state: Path) -> None:
    db = Database(state / FILE)
    with closing(db):
        pages = db.value("PRAGMA page_count")
        db.run(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full; make room"), db.transaction():
            db.many(
                "INSERT INTO facts (name, value) VALUES (?, ?)",
                ((f"{number}", "x" * 999) for number in range(1_000)),
            )
        assert db.rows("SELECT name FROM facts") == []


def test_error_in_the_midst_of_an_answer_is_named(state: Path) -> None:
    db = Database(state / FILE)
    with closing(db), pytest.raises(StoreError, match="the store cannot be used"):
        list(db.each("SELECT no_such_column FROM facts"))


def test_newer_store_is_left_as_it_is(state: Path) -> None:
    with closing(sqlite3.connect(state / FILE)) as file:
        file.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="written by a newer feedhub"):
        SqliteStore(state)
    with closing(sqlite3.connect(state / FILE)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (999,)


def test_two_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; from pathlib import Path; from feedhub.store.sqlite import SqliteStore\n"
        "SqliteStore(Path(sys.argv[1])).close()",
        str(tmp_path),
    ]
    makers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [("", 0)] * 3 == [(each.communicate()[1], each.returncode) for each in makers]


def test_every_migration_starts_from_the_one_before(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as file:
        first = min(Path(door.__file__).parents[1].glob("schema/sqlite/*.sql"))
        file.executescript(first.read_text("utf-8"))
        file.execute("PRAGMA user_version = 1")
        file.execute("INSERT INTO facts (name, value) VALUES ('kept', 'yes')")
        file.execute(
            "INSERT INTO journal (time, source, item, step, text) "
            "VALUES ('2026-11-24T08:00:00Z', 'kyla/feed', 'a', 'kept', 'a new entry')"
        )
        file.execute(
            "INSERT INTO entries (source, id, title, language, published, story, reason, score, "
            "keys, record) VALUES ('kyla/feed', ?, 0, 'fi', '', '', '', 1, x'', ?)",
            (entry().id, entry_json(entry())),
        )
        file.execute("INSERT INTO listing VALUES ('', '2026-11-24T08:00:00Z', 'urn:a', 'kyla', '')")
    with closing(SqliteStore(tmp_path)) as store:
        assert store.listed("", limit=0) == store.unbound("") == ["urn:a"]
        assert store.fact("kept") == "yes"
        (line,) = store.logged("kyla/feed", "a")
        assert (line.step, line.text) == ("kept", "a new entry")
        assert [entry()] == [each.entry for each in store.entries()]
    fresh = tmp_path / "fresh"
    SqliteStore(fresh).close()
    assert schema(fresh / FILE) == schema(tmp_path / FILE)


def schema(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as db:
        rows = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        return {sql for (sql,) in rows} | {str(db.execute("PRAGMA user_version").fetchone())}
