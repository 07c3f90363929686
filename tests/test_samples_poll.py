"""A hundred foreign feeds at once: stored, published, the broken ones named, and no byte moved twice."""

import json
from pathlib import Path

import pytest

from tests.instance import feeds, instance
from tests.loopback import partner
from tests.program import feedhub

SAMPLES = Path(__file__).parents[2] / "shared" / "feeds"
BROKEN = {
    "/empty": b"",
    "/page": b"<!doctype html><html><title>Huolto</title><p>Palaamme pian.</html>",
    "/text": b"Palaamme pian.",
    "/xml": b"<?xml version='1.0'?><kartta><paikka/></kartta>",
    "/json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [',
}
SUFFIXES = {".xml", ".rss", ".rdf", ".atom", ".json"}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feed samples are not here")


def samples(count: int) -> dict[str, bytes]:
    """Feed files by the path they are served at: the longest, which are whole feeds as partners
    have them, as many small ones from all repositories, and some that are no feeds."""
    files = sorted(
        file
        for file in SAMPLES.rglob("*")
        if file.suffix in SUFFIXES and "opml" not in str(file).lower()
    )
    longest = sorted(files, key=lambda file: (-file.stat().st_size, file))[: count // 2]
    others = [file for file in files if file not in longest]
    small = others[:: len(others) // (count - len(longest))]
    chosen = [*longest, *small][: count - len(BROKEN)]
    feeds = {f"/{number}{file.suffix}": file.read_bytes() for number, file in enumerate(chosen)}
    return feeds | BROKEN


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        # A source that fails a third time is broken, and its status says so.
        if file.is_file() and not file.name.startswith("status.") and file.parent.name != "status"
    }


def test_hundred_samples_are_polled_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    public = tmp_path / "var" / "public"
    with partner(samples(100)) as server:
        config = instance(tmp_path, kyla=feeds("Näytteet", map(server.address, server.pages)))

        first = feedhub(config, "poll")
        assert (first.returncode, first.stderr) == (0, "")
        assert len(first.stdout.splitlines()) >= 100
        stored = feedhub(config, "entries", "--json", "--limit", "0").stdout.splitlines()
        assert len(stored) >= 200
        published = contents(public)
        assert json.loads(published["feed.json"][0])["items"]
        failed = [line for line in first.stdout.splitlines() if ": failed: " in line]
        assert len(BROKEN) == len(failed)
        assert feedhub(config, "poll", "--all", "--strict").returncode == 1

        asked = len(server.requests)
        feedhub(config, "poll", "--all")
        assert len(server.requests) == asked + 100
        good = 100 - len(failed)
        assert sum(server.conditional()[asked:]) == good
        assert published == contents(public)
        assert stored == feedhub(config, "entries", "--json", "--limit", "0").stdout.splitlines()
