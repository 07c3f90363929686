"""The folder of published files: whole files, replaced only for a reason, whatever happens."""

import gzip
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import brotli
import pytest

from feedhub.model import Output
from feedhub.publish.output import WRITERS, Outbox

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

ENTRY = "<entry><id>urn:x:{0}</id><title>{0}</title><updated>2026-11-23T08:00:00Z</updated></entry>"


def atom(entries: int, *, title: str = "x", name: str = "atom.xml") -> Output:
    body = "".join(ENTRY.format(number) for number in range(entries))
    head = f"<id>urn:x</id><title>{title}</title><updated>2026-11-23T08:00:00Z</updated>"
    return Output(
        name=name, body=f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{body}</feed>'.encode()
    )


def page(text: str, name: str = "index.html") -> Output:
    return Output(name=name, body=f"<!doctype html>{text}</html>".encode())


def shown(folder: Path) -> dict[str, bytes]:
    """Every file of the folder, by its name."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def test_file_stands_beside_its_packed_forms(tmp_path: Path) -> None:
    output = atom(30)
    picture = Output(name="media/a.png", body=b"\x89PNG")
    published = Outbox(tmp_path).publish([output, picture], now=NOW)
    files = shown(tmp_path)
    assert {"atom.xml", "atom.xml.gz", "atom.xml.br", "media/a.png"} == files.keys()
    assert ("atom.xml", "media/a.png") == tuple(sorted(published.changed))
    assert output.body == gzip.decompress(files["atom.xml.gz"])
    assert output.body == brotli.decompress(files["atom.xml.br"])


def test_archive_lies_packed_in_the_one_way_that_all_take(tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "2026" / "11"
    folder.mkdir(parents=True)
    (folder / "index.html.br").write_bytes(b"of another time")
    output = page("a", "archive/2026/11/index.html")
    Outbox(tmp_path).publish([output, page("a", "topics/archive/index.html")], now=NOW)
    assert {"index.html", "index.html.gz"} == shown(folder).keys()
    assert output.body == gzip.decompress(shown(folder)["index.html.gz"])
    assert 3 == len(shown(tmp_path / "topics" / "archive"))


def test_same_bytes_leave_the_file_alone(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish([atom(3)], now=NOW)
    before = (tmp_path / "atom.xml").stat()
    assert () == outbox.publish([atom(3)], now=NOW).changed
    after = (tmp_path / "atom.xml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_unsound_file_keeps_the_old_ones_of_its_folder(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish([atom(3), page("old"), page("old", "a/index.html")], now=NOW)
    before = shown(tmp_path)
    broken = Output(name="atom.xml", body=b"<feed>")
    published = outbox.publish([broken, page("new"), page("new", "a/index.html")], now=NOW)
    assert ("atom.xml",) == published.held
    assert ["output-unsound"] == [fault.code for fault in published.refused]
    assert "atom.xml: it is no well-formed XML" in published.refused[0].message
    assert ("a/index.html",) == published.changed
    after = shown(tmp_path)
    assert all(before[name] == after[name] for name in before if not name.startswith("a/"))


def test_outputs_are_made_only_a_few_ahead_of_the_disk(tmp_path: Path) -> None:
    def made() -> Iterator[Output]:
        for number in range(5 * WRITERS):
            written = sum(
                (tmp_path / f"topics/{each}/index.html").exists() for each in range(number)
            )
            assert number - written <= WRITERS + 2
            yield page("a", f"topics/{number}/index.html")

    published = Outbox(tmp_path).publish(made(), now=NOW)
    assert [f"topics/{number}/index.html" for number in range(20)] == [*published.changed]


def test_one_file_again_and_again_is_the_last_one_in_the_end(tmp_path: Path) -> None:
    names = ("index.html", "topics/x/index.html")
    outputs = [page(str(number), name) for number in range(30) for name in names]
    published = Outbox(tmp_path).publish(outputs, now=NOW)
    assert 60 == len(published.changed)
    assert {outputs[-1].body} == {(tmp_path / name).read_bytes() for name in names}


def test_what_breaks_off_leaves_what_was_whole(tmp_path: Path) -> None:
    def broken() -> Iterator[Output]:
        yield page("a", "topics/x/index.html")
        yield page("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Outbox(tmp_path).publish(broken(), now=NOW)
    assert 3 == len(shown(tmp_path))


@pytest.mark.parametrize(
    ("before", "after", "allowed", "goes_out"),
    [
        pytest.param(100, 40, False, False, id="most entries vanish"),
        pytest.param(100, 40, True, True, id="most entries vanish and somebody said so"),
        pytest.param(100, 0, False, False, id="all entries vanish"),
        pytest.param(100, 60, False, True, id="some entries vanish"),
        pytest.param(7, 0, False, True, id="a small feed becomes empty"),
        pytest.param(0, 100, False, True, id="a feed fills"),
    ],
)
def test_feed_does_not_collapse(
    tmp_path: Path, before: int, after: int, allowed: bool, goes_out: bool
) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish([atom(before)], now=NOW)
    published = outbox.publish([atom(after)], now=NOW, shrink_allowed=allowed)
    assert goes_out == bool(published.changed)
    expected = [] if goes_out else ["output-shrunk"]
    assert expected == [fault.code for fault in published.refused]


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """No file may grow beyond this many bytes: writing more fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_full_disk_keeps_the_old_file_and_leaves_no_scrap(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish([atom(3)], now=NOW)
    before = shown(tmp_path)
    with small_disk(2_000):
        published = outbox.publish([atom(500)], now=NOW)
    assert ["output-unwritten"] == [fault.code for fault in published.refused]
    assert "atom.xml: it cannot be written: File too large" in published.refused[0].message
    assert before == shown(tmp_path)
    assert ("atom.xml",) == outbox.publish([atom(500)], now=NOW).changed


def test_full_disk_for_one_file_keeps_all_of_its_folder(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish([page("old"), atom(3)], now=NOW)
    before = shown(tmp_path)
    with small_disk(2_000):
        published = outbox.publish([page("new"), atom(500)], now=NOW)
    assert () == published.changed
    assert 1 == len(published.refused)
    assert before == shown(tmp_path)


def test_unwritable_folder_is_named_and_the_others_go_out(tmp_path: Path) -> None:
    (tmp_path / "topics").write_text("a file where a folder should be")
    published = Outbox(tmp_path).publish([atom(1), atom(1, name="topics/x/atom.xml")], now=NOW)
    assert ("atom.xml",) == published.changed
    assert "topics/x/atom.xml: it cannot be written" in published.refused[0].message


def test_what_is_withdrawn_goes_with_its_packed_forms(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.publish(
        [atom(1), atom(1, name="topics/x/atom.xml"), page("a", "stories/a.html")], now=NOW
    )
    assert {"topics/x"} == outbox.within("topics/")
    gone = outbox.withdraw({"topics/x", "stories/a.html", "stories/never.html"})
    assert ("stories/a.html", "topics/x") == gone
    assert {"atom.xml", "atom.xml.gz", "atom.xml.br"} == shown(tmp_path).keys()
    assert frozenset() == outbox.within("never/")


def test_who_watches_a_file_never_sees_it_torn(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    wholes = [atom(40 + number, title="y" * 500).body for number in range(50)]
    outbox.publish([Output(name="atom.xml", body=wholes[0])], now=NOW)
    torn: list[bytes] = []
    done = Event()

    def watch() -> None:
        while not done.is_set():
            seen = (tmp_path / "atom.xml").read_bytes()
            if seen not in wholes:
                torn.append(seen)

    watcher = Thread(target=watch)
    watcher.start()
    for whole in wholes:
        outbox.publish([Output(name="atom.xml", body=whole)], now=NOW)
    done.set()
    watcher.join()
    assert [] == torn
    assert wholes[-1] == (tmp_path / "atom.xml").read_bytes()


def test_killed_at_any_moment_the_files_are_whole(tmp_path: Path) -> None:
    """Old or new, never between, at each of 100 kills; the next run leaves no scrap of the last."""
    line = [sys.executable, "-m", "tests.killed", str(tmp_path), "100"]
    killed = subprocess.run(line, capture_output=True, text=True, timeout=100, check=True)
    assert "killed 100 times, torn 0\n" == killed.stdout
    Outbox(tmp_path).publish([atom(9), atom(9, name="topics/x/atom.xml")], now=NOW)
    assert not [each for each in shown(tmp_path) if each.endswith(".part")]
