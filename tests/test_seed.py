"""The seven articles that the hub was first asked for: titles and excerpts in every output."""

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.instance import articles, instance
from tests.program import feedhub

SEED = Path(__file__).parents[2] / "shared" / "seed"

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the seed articles are not here")


def expected(field: str) -> dict[str, str]:
    """Each title with its excerpt, white space folded."""
    rows: list[dict[str, Any]] = json.loads((SEED / "expected.json").read_text("utf-8"))
    return {row["title"]: " ".join(row[field].split()) for row in rows}


def published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = ""
) -> list[dict[str, str]]:
    """What one poll publishes, by title: in Atom, RSS and JSON Feed."""
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    config = instance(tmp_path, seed=articles("Kehittämistoimisto", SEED / "articles"))
    with (config / "feedhub.toml").open("a") as file:
        file.write(more)
    polled = feedhub(config, "poll", "--strict")
    assert polled.returncode == 0, polled.stderr
    public = tmp_path / "var" / "public"
    feeds = [feedparser.parse((public / name).read_bytes()) for name in ("atom.xml", "rss.xml")]
    items = json.loads((public / "feed.json").read_bytes())["items"]
    return [
        *({each.title: each.summary for each in feed.entries} for feed in feeds),
        # An item whose excerpt is all that may be shown has it as its content.
        {each["title"]: each.get("summary") or each["content_text"] for each in items},
    ]


def test_seven_stories_are_published_with_their_excerpts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = published(tmp_path, monkeypatch)
    assert [expected("excerpt")] * 3 == outputs
    assert len(outputs[0]) == 7


def test_without_drop_title_the_excerpts_are_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = published(tmp_path, monkeypatch, "[excerpt]\ndrop_title = false\n")
    assert [expected("given")] * 3 == outputs
