"""From the store to the folder of published files: channels, the archive, and what is taken back."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedhub.config import load
from feedhub.model import Fault
from feedhub.pipeline import moderation
from feedhub.pipeline.hub import Hub
from feedhub.pipeline.printed import Printed
from tests.instance import articles, instance

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ENTRY = re.compile(r"<entry[ >].*?<id>(.*?)</id>", re.DOTALL)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def public(state: Path) -> Path:
    return state / "public"


def write(folder: Path, *numbers: int, text: str = "Uutinen kylältä.") -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        head = f"---\ntitle: Uutinen {number}\ndate: 2026-11-{1 + number % 20:02}\n---\n"
        (folder / f"uutinen-{number}.md").write_text(f"{head}{text} {number}\n", "utf-8")


def office(tmp_path: Path, more: str = "") -> Path:
    """An instance with one organization that writes articles."""
    text = articles("Toimitus", tmp_path / "articles")
    return instance(tmp_path, toimitus=more + text)


def at_work(config: Path, *steps: Callable[[Hub], object]) -> list[Printed]:
    """Poll everything once, then take these steps, publishing after each."""

    async def work() -> list[Printed]:
        async with Hub(load(config), now=lambda: NOW) as hub:
            async for _ in hub.refresh(hub.sources.values()):
                pass
            printed = []
            for step in steps:
                await hub.in_store(step, hub)
                printed.append(await hub.publish())
            return printed

    return asyncio.run(work())


def ids(path: Path) -> list[str]:
    return ENTRY.findall(path.read_text("utf-8"))


def links(path: Path) -> dict[str, str]:
    """The feed's own links, by their relation."""
    head = path.read_text("utf-8").split("<entry", 1)[0]
    return {
        rel: href
        for tag in re.findall(r"<link[^>]*>", head)
        for href in re.findall(r'href="https://news\.example\.fi/([^"]*)"', tag)
        for rel in re.findall(r'rel="([\w-]+)"', tag)
    }


def walked(public: Path, start: str) -> list[str]:
    """The ids of a feed and of all documents that its archive leads back to."""
    found = ids(public / start)
    name = links(public / start).get("prev-archive")
    while name:
        found += ids(public / name)
        name = links(public / name).get("prev-archive")
    return found


def test_history_is_walked_from_each_feed_to_the_first_story(tmp_path: Path, public: Path) -> None:
    write(tmp_path / "articles", *range(170))
    at_work(office(tmp_path))
    assert 100 == len(ids(public / "atom.xml"))
    for start in ("atom.xml", "organizations/toimitus/atom.xml", "languages/fi/atom.xml"):
        assert 170 == len(set(walked(public, start))), start
    first = public / "archive/2026/11/1/atom.xml"
    assert 50 == len(ids(first))
    assert "archive/2026/11/2/atom.xml" == links(first)["next-archive"]
    assert "atom.xml" == links(first)["current"]
    assert (public / "archive/2026/11/index.html").is_file()
    assert (public / "archive/2026/11/4/index.html").is_file()


def test_closed_volume_keeps_its_bytes_when_a_story_is_edited(tmp_path: Path, public: Path) -> None:
    folder = tmp_path / "articles"
    write(folder, *range(60))
    config = office(tmp_path)
    at_work(config)
    closed = public / "archive/2026/11/1/atom.xml"
    before = closed.read_bytes()
    edited = min(range(60), key=lambda number: f"Uutinen {number}</title>".encode() not in before)
    write(folder, edited, text="Korjattu uutinen kylältä.")
    at_work(config)
    assert before == closed.read_bytes()
    assert "Korjattu" in (public / "atom.xml").read_text("utf-8")
    pages = [each.read_text("utf-8") for each in (public / "stories").glob("*.html")]
    assert 1 == sum("Korjattu uutinen" in each for each in pages)


def test_hidden_story_leaves_everything_but_a_tombstone(tmp_path: Path, public: Path) -> None:
    write(tmp_path / "articles", *range(60))
    config = office(tmp_path)
    at_work(config)
    story = ids(public / "archive/2026/11/1/atom.xml")[0]
    page = public / "stories" / f"{story.removeprefix('urn:uuid:')}.html"
    assert page.is_file()

    def hide(hub: Hub) -> None:
        with hub.store.transaction():
            moderation.hide(hub.store, hub.register, story, now=NOW)

    at_work(config, hide)
    assert not page.exists()
    assert story not in walked(public, "atom.xml")
    assert f'<at:deleted-entry ref="{story}"' in (public / "atom.xml").read_text("utf-8")
    texts = [each.read_text("utf-8") for each in public.rglob("*.html")]
    assert not [each for each in texts if page.name in each]


@pytest.mark.parametrize("policy", ["full", "excerpt", "link"])
def test_changed_policy_reaches_what_was_published_before(
    tmp_path: Path, public: Path, policy: str
) -> None:
    words = "Pitkä teksti jatkuu sana sanalta loppuun asti. " * 20
    write(tmp_path / "articles", *range(60), text=f"{words} viimeinensana")
    config = office(tmp_path, 'republish = "full"\n')
    at_work(config)
    archive = public / "archive/2026/11/1/atom.xml"
    assert "viimeinensana" in archive.read_text("utf-8")
    file = config / "organizations" / "toimitus.toml"
    file.write_text(file.read_text("utf-8").replace('"full"', f'"{policy}"'), "utf-8")
    at_work(config)
    names = [*public.rglob("*.xml"), *public.rglob("*.json"), *public.rglob("*.html")]
    texts = {each.relative_to(public): each.read_text("utf-8") for each in names}
    shows = {
        "whole": any("viimeinensana" in each for each in texts.values()),
        "beginning": any("Pitkä teksti" in each for each in texts.values()),
    }
    assert {"whole": policy == "full", "beginning": policy != "link"} == shows


def test_what_is_older_than_is_kept_goes_for_good(tmp_path: Path, public: Path) -> None:
    write(tmp_path / "articles", *range(20))
    config = office(tmp_path, 'republish = "full"\n')
    at_work(config)
    with (config / "feedhub.toml").open("a") as file:
        file.write('[publish]\nrepublish = "full"\nkeep = "10d"\n')

    async def work() -> list[str]:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await hub.tidy()
            await hub.publish()
            kept = walked(public, "atom.xml")
            write(tmp_path / "articles", 0, text="Vanhaa muutettiin.")
            async for _ in hub.refresh(hub.sources.values()):
                pass
            assert sorted(kept) == sorted(walked(public, "atom.xml"))
            assert 20 == len(list(hub.store.entries()))
            assert not hub.store.search("uutinen 2", limit=9)
            return kept

    kept = asyncio.run(work())
    assert 6 == len(set(kept))
    assert 6 == len([*(public / "stories").glob("*.html")])
    assert "deleted-entry" not in (public / "atom.xml").read_text("utf-8")


def test_files_of_a_removed_organization_are_taken_out(tmp_path: Path, public: Path) -> None:
    write(tmp_path / "articles", 1)
    config = office(tmp_path)
    at_work(config)
    assert (public / "organizations/toimitus/atom.xml").is_file()
    (config / "organizations" / "toimitus.toml").unlink()
    at_work(config)
    assert not (public / "organizations/toimitus").exists()
    assert [] == ids(public / "atom.xml")


def test_what_a_crash_left_unpublished_goes_out_at_the_next_start(
    tmp_path: Path, public: Path
) -> None:
    write(tmp_path / "articles", 1)
    config = office(tmp_path)

    async def crash() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            for source in hub.sources.values():
                await hub.poll(source)

    async def start() -> Printed:
        async with Hub(load(config), now=lambda: NOW) as hub:
            return await hub.publish()

    at_work(config)
    write(tmp_path / "articles", 2)
    asyncio.run(crash())
    assert 1 == len(ids(public / "atom.xml"))
    assert "atom.xml" in asyncio.run(start()).changed
    assert 2 == len(ids(public / "atom.xml"))


def test_unchanged_stories_are_not_even_rendered(tmp_path: Path) -> None:
    write(tmp_path / "articles", 1)
    config = office(tmp_path)
    at_work(config)
    (printed,) = at_work(config, lambda _: None)
    assert () == printed.changed
    assert 0 == printed.rendered


def test_health_is_rendered_when_it_is_another(tmp_path: Path, public: Path) -> None:
    write(tmp_path / "articles", 1)
    config = office(tmp_path)
    status = public / "status.json"

    def healthy(_hub: Hub) -> None:
        assert '"state":"ok"' in status.read_text("utf-8")

    def ill(hub: Hub) -> None:
        fault = Fault(code="http-500", message="The site has a fault of its own.")
        failing = {name: replace(each, fault=fault) for name, each in hub.memories.items()}
        hub.memories.update(failing)

    _, same, other, again = at_work(config, lambda _: None, healthy, ill, lambda _: None)
    assert (0, 0) == (same.rendered, again.rendered)
    assert {"status/index.html", "status.json"} == set(other.changed)
    assert '"http-500"' in status.read_text("utf-8")


def test_refused_file_is_told_once_and_tried_again(
    tmp_path: Path, public: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "articles", 1)
    (public / "organizations").mkdir(parents=True)
    in_the_way = public / "organizations" / "toimitus"
    in_the_way.write_text("a file where a folder should be")

    async def work() -> tuple[Printed, Printed, Printed]:
        async with Hub(load(office(tmp_path)), now=lambda: NOW) as hub:
            async for _ in hub.refresh(hub.sources.values()):
                pass
            again = await hub.publish()
            waiting = hub.publisher.stale
            hub.publisher.retry()
            assert (waiting, hub.publisher.stale) == (False, True)
            in_the_way.unlink(missing_ok=True)
            return again, await hub.publish(), await hub.publish()

    again, mended, after = asyncio.run(work())
    assert again.refused
    assert "organizations/toimitus/atom.xml" in mended.changed
    assert ((), ()) == (mended.refused, after.refused)
    told = [each for each in caplog.messages if "organizations/toimitus/atom.xml" in each]
    assert 1 == len(told)


def test_what_cannot_be_written_is_tried_again_and_the_rest_goes_out(
    tmp_path: Path, public: Path
) -> None:
    write(tmp_path / "articles", 1)

    def block(hub: Hub) -> None:
        write(tmp_path / "articles", 1, text="Toinen uutinen.")
        (public / "organizations").rename(public / "elsewhere")
        (public / "organizations").write_text("a file where a folder should be")
        hub.store.touch((prefix, None) for prefix in hub.publisher.press.prefixes)

    def free(_: Hub) -> None:
        (public / "organizations").unlink()

    blocked, freed = at_work(office(tmp_path), block, free)
    assert [("organizations/toimitus/", None)] == [*blocked.held]
    assert ["output-unwritten"] == [fault.code for fault in blocked.refused]
    assert () == freed.held
    assert 1 == len(ids(public / "organizations/toimitus/atom.xml"))
