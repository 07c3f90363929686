"""A hundred foreign feeds at once: stored, published, the broken ones named, and no byte moved twice."""

import json
from pathlib import Path

import pytest

from tests.instance import feeds, instance
from tests.loopback import partner
from tests.program import feedhub

SAMPLES = Path(__file__).parents[2] / "shared" / "feeds"
SUFFIXES = {".xml", ".rss", ".rdf", ".atom", ".json"}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feed samples are not here")


def samples(count: int) -> dict[str, bytes]:
    """Feed files evenly over all repositories, by the path they are served at."""
    files = sorted(
        file
        for file in SAMPLES.rglob("*")
        if file.suffix in SUFFIXES and "opml" not in str(file).lower()
    )
    chosen = files[:: max(1, len(files) // count)][:count]
    return {f"/{number}{file.suffix}": file.read_bytes() for number, file in enumerate(chosen)}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
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
        assert failed
        assert feedhub(config, "poll", "--all", "--strict").returncode == 1

        asked = len(server.requests)
        feedhub(config, "poll", "--all")
        assert len(server.requests) == asked + 100
        good = 100 - len(failed)
        assert sum(server.conditional()[asked:]) == good
        assert published == contents(public)
        assert stored == feedhub(config, "entries", "--json", "--limit", "0").stdout.splitlines()
