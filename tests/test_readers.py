"""Two feed readers of Debian read every output back: newsboat and sfeed."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from feedhub.model import Deleted, Story, Translation
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from tests.markup import hub, local
from tests.nasty import numbered
from tests.samples import MONDAY, entry, story

NAMES = ["atom.xml", "rss.xml", "archive/2026/11/1/atom.xml"]
NASTY = numbered(
    1,
    title="AT&T: ”ääkköset” ]]> &amp; muuta",
    excerpt="Kaksi < kolme & neljä",
    translations=(
        Translation(language="sv", url="https://kyla.example.fi/sv"),
        Translation(language="en", url="https://kyla.example.fi/en"),
    ),
)
STORIES: list[Story] = [
    NASTY,
    numbered(2, authors=()),
    story(entry(source="kaupunki/feed", url="https://kaupunki.example.fi/a")),
    story(face=local(title="Oma juttu"), id="urn:uuid:00000000-0000-5000-8000-000000000002"),
]
READ = {
    (
        each.id,
        each.face.title,
        each.face.url or f"https://news.example.fi/stories/{each.id[9:]}.html",
        int(each.published.timestamp()),
    )
    for each in STORIES
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with the combined feed in Atom and RSS and one closed volume of its archive."""
    at, channel = hub(), channels(hub())[0]
    feeds = Feeds(at, hub="https://hub.example.net/", visible_source=True)
    shelf = Shelf(Volume(2026, 11, 1), None, Volume(2026, 12, 1))
    gone = [Deleted(id="urn:uuid:00000000-0000-5000-8000-000000000009", when=MONDAY)]
    outputs = feeds.channel(channel, feeds.items(STORIES), deleted=gone, archive=shelf.volume)
    for each in (*outputs, feeds.volume(channel, shelf, feeds.prints(feeds.items(STORIES)))):
        path = tmp_path / each.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.body)
    return tmp_path


@pytest.mark.skipif(shutil.which("sfeed") is None, reason="sfeed is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_sfeed_reads_the_same_stories(published: Path, name: str) -> None:
    body = (published / name).read_bytes()
    lines = subprocess.run(["sfeed"], input=body, capture_output=True, check=True).stdout.decode()
    rows = [line.split("\t") for line in lines.splitlines()]
    assert {(row[5], row[1], row[2], int(row[0])) for row in rows} == READ
    authors = {row[5]: row[6] for row in rows}
    assert "Kyläyhdistys" == authors[STORIES[1].id]


@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_newsboat_reads_the_same_stories(published: Path, name: str) -> None:
    config, urls, cache = (published / each for each in ("config", "urls", "cache.db"))
    config.write_text("", "utf-8")
    urls.write_text(f"file://{published / name}\n", "utf-8")
    options = ["-C", str(config), "-u", str(urls), "-c", str(cache)]
    environ = {"HOME": str(published), "LC_ALL": "C.UTF-8"}
    subprocess.run(
        ["newsboat", *options, "-x", "reload"], env=environ, check=True, capture_output=True
    )
    with sqlite3.connect(cache) as base:
        rows = base.execute("SELECT guid, title, url, pubDate, author FROM rss_item").fetchall()
        feeds = base.execute("SELECT url, title FROM rss_feed").fetchall()
    base.close()
    assert {row[:4] for row in rows} == READ
    assert "Kyläyhdistys" == {row[0]: row[4] for row in rows}[STORIES[1].id]
    assert [("https://news.example.fi/", "Uutisvirta")] == feeds
