"""Folders of article files: what is read, what is refused by name, and what absence means."""

import os
import socket
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.fetch import files, walk
from feedhub.fetch.files import SETTLED, asset, read_folder
from feedhub.fetch.walk import Walk, opened_folder
from feedhub.model import Failed, Fault, Fetched, Limits, Memory, Outcome, Source, Unchanged

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
NOBODY = 65_534
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def source(folder: Path | str) -> Source:
    return Source(name="kyla/articles", organization="kyla", organization_name="", path=str(folder))


def read(folder: Path | str, **known: object) -> Outcome:
    """What a folder gives to a hub with this memory of it."""
    memory = Memory(source="kyla/articles", **known)  # type: ignore[arg-type]
    return read_folder(source(folder), memory, limits=Limits())


def fetched(folder: Path, **known: object) -> Fetched:
    outcome = read(folder, **known)
    assert isinstance(outcome, Fetched), outcome
    return outcome


def failure(outcome: Outcome) -> str:
    assert isinstance(outcome, Failed), outcome
    assert outcome.fault.message
    assert outcome.fault.remedy
    return outcome.fault.code


def names(outcome: Fetched) -> list[str]:
    return [each.name for each in outcome.documents]


def codes(outcome: Fetched) -> list[tuple[str, str]]:
    """The refused files with their codes."""
    return [(each.message.partition(":")[0], each.code) for each in outcome.faults]


def later(folder: Path, **known: object) -> Outcome:
    """The second look, made so much later that times can be believed."""
    first = fetched(folder)
    newest = max((each.lstat().st_ctime for each in folder.rglob("*")), default=0.0)
    good = datetime.fromtimestamp(newest, UTC) + SETTLED + timedelta(seconds=1)
    known = {"etag": first.etag, "last_good": good, "body_hash": "0", "newest": MONDAY, **known}
    return read(folder, **known)


@contextmanager
def powerless() -> Iterator[None]:
    """As a user who may not read what is closed to others; root may."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture(autouse=True)
def no_leak() -> Iterator[None]:
    before = descriptors()
    yield
    assert before == descriptors()


# What is read


def test_articles_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "2026" / "marras").mkdir(parents=True)
    for name in ("b.md", "A.HTML", "2026/c.txt", "2026/marras/d.docx", "e.markdown", "f.htm"):
        (tmp_path / name).write_bytes(name.encode())
    outcome = fetched(tmp_path)
    expected = ["2026/c.txt", "2026/marras/d.docx", "A.HTML", "b.md", "e.markdown", "f.htm"]
    assert expected == names(outcome)
    assert [each.encode() for each in expected] == [each.body for each in outcome.documents]
    assert str(tmp_path / "2026/c.txt") == outcome.documents[0].address
    assert () == outcome.faults
    assert not outcome.partial


def test_time_of_the_last_change_is_told_in_utc(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    os.utime(tmp_path / "a.md", (MONDAY.timestamp() + 0.7,) * 2)
    assert MONDAY == fetched(tmp_path).documents[0].modified


@pytest.mark.parametrize("seconds", [-(2**62), 2**62], ids=["before time", "after all years"])
def test_absurd_time_is_no_time(seconds: int) -> None:
    assert files._time(seconds) is None


@pytest.mark.parametrize(
    "name",
    [
        *(".a.md", ".a.md.swp", "a.md~", "a.md.swp", "a.md.tmp", "a.md.part", "#a.md#"),
        *("~$a.docx", ".~lock.a.docx#", "._a.md", ".git/a.md", ".obsidian/a.md"),
        *("kuva.png", "a.css", "a", "a.pdf", "Thumbs.db"),
    ],
)
def test_what_is_no_article_is_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"x")
    outcome = fetched(tmp_path)
    assert () == outcome.documents
    assert () == outcome.faults
    assert not outcome.partial


def test_folder_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.md").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert ["a.md"] == names(fetched(tmp_path / "link"))


def test_link_to_a_picture_is_no_matter_of_the_articles(tmp_path: Path) -> None:
    (tmp_path / "kuva.png").symlink_to("elsewhere.png")
    outcome = fetched(tmp_path)
    assert () == outcome.faults
    assert not outcome.partial


# What is refused


def _link_to_file(at: Path) -> None:
    (at.parent.parent / "secret.md").write_bytes(b"secret")
    at.symlink_to(at.parent.parent / "secret.md")


def _socket(at: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        at_short = os.open(at.parent, os.O_RDONLY)
        try:
            server.bind(f"/proc/self/fd/{at_short}/{at.name}")
        finally:
            os.close(at_short)


def _large(at: Path) -> None:
    at.touch()
    os.truncate(at, walk.KINDS[at.suffix] + 1)


REFUSED: Mapping[str, tuple[str, Callable[[Path], object], str]] = {
    "a link out of the folder": ("x.md", _link_to_file, "link"),
    "a link to nothing": ("x.md", lambda at: at.symlink_to("nothing"), "link"),
    "a link to itself": ("x.md", lambda at: at.symlink_to(at.name), "link"),
    "a link to the folder around it": ("x", lambda at: at.symlink_to(".."), "link"),
    "a pipe, which would block": ("x.md", os.mkfifo, "special-file"),
    "a socket": ("x.md", _socket, "special-file"),
    "a text of more than a megabyte": ("x.md", _large, "too-large-file"),
    "a document of more than twenty": ("x.docx", _large, "too-large-file"),
    "a name with a line end in it": ("x\ny.md", lambda at: at.touch(), "file-name"),
    "a name with the control signs of C1": ("x\x9b.md", lambda at: at.touch(), "file-name"),
    "a name that is no UTF-8": ("x\udcff.md", lambda at: at.touch(), "file-name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_file_is_refused_by_name_and_the_others_stand(tmp_path: Path, case: str) -> None:
    name, make, code = REFUSED[case]
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.md").write_bytes(b"good")
    make(folder / name)
    outcome = fetched(folder)
    assert ["good.md"] == names(outcome)
    assert [(walk.shown(name), code)] == codes(outcome)
    assert outcome.partial
    assert "withdrawn" in outcome.faults[0].remedy
    outcome.faults[0].message.encode()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_device_is_refused(tmp_path: Path) -> None:
    os.mknod(tmp_path / "zero.md", 0o644 | stat.S_IFCHR, os.makedev(1, 5))
    assert [("zero.md", "special-file")] == codes(fetched(tmp_path))


@pytest.mark.parametrize("name", ["a.doc", "a.odt", "a.rtf", "a.pages"])
def test_text_of_another_program_is_named_but_holds_nothing_up(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    outcome = fetched(tmp_path)
    assert [(name, "other-kind")] == codes(outcome)
    assert not outcome.partial


@pytest.mark.parametrize("closed", ["a.md", "below"])
def test_what_may_not_be_read_is_refused_by_name(open_folder: Path, closed: str) -> None:
    (open_folder / "good.md").write_bytes(b"good")
    (open_folder / "a.md").write_bytes(b"x")
    (open_folder / "below").mkdir()
    (open_folder / closed).chmod(0)
    with powerless():
        outcome = fetched(open_folder)
    assert [(closed, "unreadable-file")] == codes(outcome)
    assert "good.md" in names(outcome)
    assert outcome.partial


def test_folder_in_folders_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "/".join("a" * 24)).mkdir(parents=True)
    assert [("a" + "/a" * 20, "too-deep")] == codes(fetched(tmp_path))


def test_of_too_many_articles_the_newest_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MAX_FILES", 2)
    for age, name in enumerate(("c.md", "a.md", "d.md", "b.md")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (MONDAY.timestamp() - age,) * 2)
    outcome = fetched(tmp_path)
    assert ["a.md", "c.md"] == names(outcome)
    assert [("d.md", "too-many-files")] == codes(outcome)
    assert outcome.partial


def test_all_articles_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FOLDER_BYTES", 10)
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_bytes(b"12345")
    outcome = fetched(tmp_path)
    assert ["a.md", "b.md"] == names(outcome)
    assert [("c.md", "folder-too-large")] == codes(outcome)


def test_many_faults_are_counted(tmp_path: Path) -> None:
    for number in range(60):
        os.mkfifo(tmp_path / f"{number:02}.md")
    faults = fetched(tmp_path).faults
    assert 51 == len(faults)
    assert "10 more files are refused." == faults[-1].message


# What changes between listing and reading


def raced(folder: Path, change: Callable[[], object]) -> Fetched:
    """The outcome when `change` happens after the folder was listed."""
    listing = Walk(deadline=float("inf"))
    with opened_folder(str(folder)) as root:
        listing.enter(root)
        change()
        outcome = files._outcome(root, str(folder), listing, Memory(source="kyla/articles"))
    assert isinstance(outcome, Fetched)
    return outcome


def test_file_that_vanishes_is_skipped_and_looked_for_again(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_bytes(b"x")
    outcome = raced(tmp_path, (tmp_path / "a.md").unlink)
    assert ["b.md"] == names(outcome)
    assert () == outcome.faults
    assert outcome.partial
    assert outcome.etag is None


def test_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x")

    def swap() -> None:
        (tmp_path / "a.md").unlink()
        (tmp_path / "a.md").symlink_to("/etc/hostname")

    assert [("a.md", "unreadable-file")] == codes(raced(tmp_path, swap))


def test_folder_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_bytes(name.encode())

    def swap() -> None:
        (tmp_path / "in").rename(tmp_path / "gone")
        (tmp_path / "in").symlink_to("out")

    outcome = raced(tmp_path, swap)
    assert ["out/a.md"] == names(outcome)
    assert [("in/a.md", "unreadable-file")] == codes(outcome)


def test_file_that_becomes_a_pipe_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x")

    def swap() -> None:
        (tmp_path / "a.md").unlink()
        os.mkfifo(tmp_path / "a.md")

    assert [("a.md", "special-file")] == codes(raced(tmp_path, swap))


def test_file_that_grows_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    outcome = raced(tmp_path, lambda: os.truncate(tmp_path / "a.md", 2_000_000))
    assert [("a.md", "too-large-file")] == codes(outcome)


# What has not changed


def test_untouched_folder_is_unchanged_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    first = fetched(tmp_path)
    opened: list[object] = []
    monkeypatch.setattr(files, "opened_file", lambda *found: opened.append(found))
    good = datetime.fromtimestamp((tmp_path / "a.md").stat().st_ctime, UTC) + timedelta(hours=1)
    outcome = read(tmp_path, etag=first.etag, last_good=good, body_hash="0")
    assert Unchanged(etag=first.etag) == outcome
    assert [] == opened


def test_second_look_soon_after_a_change_reads_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    good = datetime.fromtimestamp((tmp_path / "a.md").stat().st_ctime, UTC) + timedelta(seconds=1)
    assert isinstance(later(tmp_path, last_good=good), Fetched)


@pytest.mark.parametrize("forgotten", ["body_hash", "last_good", "etag"])
def test_hub_that_wants_the_bodies_gets_them(tmp_path: Path, forgotten: str) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    assert isinstance(later(tmp_path), Unchanged)
    assert isinstance(later(tmp_path, **{forgotten: None}), Fetched)


def _edit_in_disguise(folder: Path) -> None:
    """Another text of the same length, with the old time put back."""
    before = (folder / "a.md").stat()
    (folder / "a.md").write_bytes(b"B")
    os.utime(folder / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))


def _pipe_removed(folder: Path) -> None:
    (folder / "pipe.md").unlink()


CHANGES = {
    "an edit": lambda folder: (folder / "a.md").write_bytes(b"longer"),
    "an edit with the old time put back": _edit_in_disguise,
    "a new name": lambda folder: (folder / "a.md").rename(folder / "b.md"),
    "a new article": lambda folder: (folder / "c.md").touch(),
    "an article less": lambda folder: (folder / "a.md").unlink(),
    "a refused file taken away": _pipe_removed,
}


@pytest.mark.parametrize("case", CHANGES)
def test_change_is_seen(tmp_path: Path, case: str) -> None:
    (tmp_path / "a.md").write_bytes(b"A")
    (tmp_path / "z.md").write_bytes(b"Z")
    os.mkfifo(tmp_path / "pipe.md")
    before = fetched(tmp_path).etag
    CHANGES[case](tmp_path)
    assert before != fetched(tmp_path).etag


# What absence means


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nowhere", "missing-folder"),
        ("x" * 300, "missing-folder"),
        ("nul\0", "missing-folder"),
        ("file.md", "not-a-folder"),
        ("pipe", "not-a-folder"),
        ("loop", "unreadable-folder"),
    ],
)
def test_folder_that_is_not_there_fails(tmp_path: Path, path: str, code: str) -> None:
    (tmp_path / "file.md").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    assert code == failure(read(f"{tmp_path}/{path}", newest=MONDAY))


def test_closed_folder_fails(open_folder: Path) -> None:
    open_folder.chmod(0)
    with powerless():
        outcome = read(open_folder)
    assert "unreadable-folder" == failure(outcome)


EMPTIED: Mapping[str, tuple[int, Mapping[str, object], str | None]] = {
    "a new folder has no articles yet": (3, {"newest": None, "etag": None}, None),
    "only drafts were there": (3, {"newest": None}, None),
    "the last article was deleted": (1, {}, None),
    "several vanished at once": (2, {}, "emptied-folder"),
    "another folder is in its place": (1, {"etag": '"0-0-1-0"'}, "emptied-folder"),
    "nothing is known of before": (1, {"etag": None}, "emptied-folder"),
}


@pytest.mark.parametrize("case", EMPTIED)
def test_empty_folder_is_believed_only_with_a_reason(tmp_path: Path, case: str) -> None:
    count, known, expected = EMPTIED[case]
    for number in range(count):
        (tmp_path / f"{number}.md").touch()
    before = fetched(tmp_path).etag
    for each in tmp_path.iterdir():
        each.unlink()
    outcome = read(tmp_path, **{"etag": before, "newest": MONDAY, **known})
    if expected:
        assert expected == failure(outcome)
    else:
        assert isinstance(outcome, Fetched)
        assert () == outcome.documents
        assert not outcome.partial


def test_folder_that_was_found_empty_stays_so(tmp_path: Path) -> None:
    empty = fetched(tmp_path, newest=None).etag
    known = {"etag": empty, "newest": MONDAY, "last_good": MONDAY}
    assert isinstance(read(tmp_path, **known, body_hash="0"), Unchanged)
    assert isinstance(read(tmp_path, **known), Fetched)


def test_folder_of_nothing_but_refused_files_withdraws_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert fetched(tmp_path, newest=MONDAY).partial


def test_folder_that_takes_too_long_fails(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    limits = replace(Limits(), deadline=timedelta(seconds=-1))
    memory = Memory(source="kyla/articles")
    assert "slow-folder" == failure(read_folder(source(tmp_path), memory, limits=limits))


def test_folder_of_countless_files_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_NAMES", 3)
    for number in range(4):
        (tmp_path / str(number)).touch()
    assert "too-many-names" == failure(read(tmp_path))


# Pictures beside the articles

PICTURES = {
    "kuva.png": PNG,
    "kuva.PNG": PNG,
    "kuva.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "kuva.jpeg": b"\xff\xd8\xff\xe1",
    "kuva.gif": b"GIF89a..",
    "kuva.webp": b"RIFF\x0a\0\0\0WEBPVP8 ",
    "kuva.avif": b"\0\0\0\x20ftypavif",
    "syvä/oma kuva.png": PNG,
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_may_be_published(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(PICTURES[name])
    assert tmp_path / name == asset(source(tmp_path), name)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_name_is_found_however_its_letters_are_composed(tmp_path: Path, form: str) -> None:
    name = "häiriö.png"
    (tmp_path / unicodedata.normalize(form, name)).write_bytes(PNG)  # type: ignore[arg-type]
    for asked in ("NFC", "NFD"):
        found = asset(source(tmp_path), unicodedata.normalize(asked, name))
        assert isinstance(found, Path)
        assert PNG == found.read_bytes()


NO_PICTURES = {
    "a page that calls itself a picture": ("kuva.png", b"<html>", "no-picture"),
    "a picture that calls itself a page": ("kuva.html", PNG, "no-picture"),
    "a picture of another kind than its name": ("kuva.gif", PNG, "no-picture"),
    "a drawing that may hold scripts": ("kuva.svg", b"<svg/>", "no-picture"),
    "an article": ("a.md", b"# A", "no-picture"),
    "no ending": ("kuva", PNG, "no-picture"),
    "nothing in it": ("kuva.png", b"", "no-picture"),
    "a hidden file": (".kuva.png", PNG, "hidden-file"),
    "a file in a hidden folder": (".git/kuva.png", PNG, "hidden-file"),
}


@pytest.mark.parametrize("case", NO_PICTURES)
def test_what_is_no_picture_is_not_published(tmp_path: Path, case: str) -> None:
    name, body, code = NO_PICTURES[case]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(body)
    found = asset(source(tmp_path), name)
    assert isinstance(found, Fault)
    assert code == found.code
    assert found.message.startswith(name)


@pytest.mark.parametrize(
    "name",
    [
        *("../out.png", "in/../../out.png", "./kuva.png", "/etc/passwd", "", "/", "in", "in/"),
        *("link.png", "linked/kuva.png", "pipe.png", "nothing.png", "kuva.png/", "kuva.png/x"),
        *("nul\0.png", "\udcff.png", "in//kuva.png", "x" * 300 + ".png"),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "articles"
    (folder / "in").mkdir(parents=True)
    for each in (tmp_path / "out.png", folder / "kuva.png", folder / "in" / "kuva.png"):
        each.write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    (folder / "linked").symlink_to("in")
    os.mkfifo(folder / "pipe.png")
    assert isinstance(asset(source(folder), name), Fault)


def test_picture_is_not_too_large(tmp_path: Path) -> None:
    (tmp_path / "kuva.png").write_bytes(PNG)
    os.truncate(tmp_path / "kuva.png", files.MAX_PICTURE_BYTES + 1)
    assert isinstance(asset(source(tmp_path), "kuva.png"), Fault)


def test_folder_that_is_gone_has_no_pictures(tmp_path: Path) -> None:
    assert isinstance(asset(source(tmp_path / "gone"), "kuva.png"), Fault)


@given(
    name=st.text(max_size=40) | st.lists(st.sampled_from(["..", ".", "", "a", "/"])).map("/".join)
)
def test_any_name_of_a_picture_gives_a_fault(name: str) -> None:
    with TemporaryDirectory() as folder:
        assert isinstance(asset(source(folder), name), Fault)


@given(name=st.binary(min_size=1, max_size=30).filter(lambda name: not {0, 47} & {*name}))
def test_any_name_of_a_file_is_read_or_refused(name: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, os.fsdecode(name) + ".md").touch()
        outcome = fetched(Path(folder))
        assert len(outcome.documents) + len(outcome.faults) <= 1
        for fault in outcome.faults:
            fault.message.encode()
