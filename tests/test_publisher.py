"""What is rendered when: the front while polls go on, the archive when they have ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from feedhub.config import load
from feedhub.pipeline import publisher
from feedhub.pipeline.hub import Hub
from tests.test_press import ids, links, office, walked, write

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    return tmp_path / "var" / "public"


async def poll(hub: Hub) -> None:
    for source in hub.sources.values():
        await hub.poll(source)


def at_work(tmp_path: Path, work: Callable[[Hub], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with Hub(load(office(tmp_path)), now=lambda: NOW) as hub:
            await work(hub)

    asyncio.run(opened())


def test_front_goes_out_before_the_archive_and_the_archive_still_follows(
    tmp_path: Path, public: Path
) -> None:
    write(tmp_path / "articles", *range(170))

    async def work(hub: Hub) -> None:
        await poll(hub)
        await hub.publish(whole=False)
        assert 100 == len(ids(public / "atom.xml"))
        assert "prev-archive" not in links(public / "atom.xml")
        assert not (public / "archive").exists()
        assert hub.publisher.is_due(busy=False)
        await hub.publish()
        assert 170 == len(set(walked(public, "atom.xml")))
        assert not hub.publisher.is_due(busy=False)

    at_work(tmp_path, work)


def test_archive_that_waited_too_long_is_rendered_though_polls_go_on(
    tmp_path: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "PATIENCE", 0.0)
    write(tmp_path / "articles", *range(60))

    async def work(hub: Hub) -> None:
        await poll(hub)
        await hub.publish(whole=False)
        assert 60 == len(set(walked(public, "atom.xml")))
        assert (public / "archive/2026/11/2/atom.xml").is_file()

    at_work(tmp_path, work)


def test_polls_have_their_turn_between_two_publications(
    tmp_path: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "PAUSE", 3_600.0)
    write(tmp_path / "articles", 1)

    async def work(hub: Hub) -> None:
        await poll(hub)
        assert not hub.publisher.is_due(busy=True)
        hub.publisher.rest_until = 0.0
        assert hub.publisher.is_due(busy=True)
        await hub.publish(whole=False)
        write(tmp_path / "articles", 2)
        await poll(hub)
        assert not hub.publisher.is_due(busy=True)
        assert hub.publisher.is_due(busy=False)
        hub.publisher.rest_until = 0.0
        assert hub.publisher.is_due(busy=True)
        await hub.publish(whole=False)
        assert 2 == len(ids(public / "atom.xml"))

    at_work(tmp_path, work)


def test_story_that_comes_between_binding_and_rendering_is_bound_next_time(
    tmp_path: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "articles", *range(60))

    async def work(hub: Hub) -> None:
        await poll(hub)

        async def in_store(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
            """The index of the archive is printed after the binding and before the channels."""
            done = await hub.in_store(function, *args, **kwargs)
            if function == hub.press.archive and not (tmp_path / "articles/uutinen-60.md").exists():
                write(tmp_path / "articles", *range(60, 75))
                await poll(hub)
            return done

        monkeypatch.setattr(hub.publisher, "_in_store", in_store)
        await hub.publish()
        await hub.publish()
        assert 75 == len(set(walked(public, "atom.xml")))
        assert 50 == len(ids(public / "archive/2026/11/1/atom.xml"))
        assert 25 == len(ids(public / "archive/2026/11/2/atom.xml"))

    at_work(tmp_path, work)
