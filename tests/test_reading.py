"""What is read of a source, and what need not be read again."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feedhub import polling
from feedhub.config import Settings, load
from feedhub.model import Failed, Memory, Outcome
from feedhub.parse.errors import ParseError
from feedhub.parse.pool import ParsePool
from feedhub.pipeline.reading import Reader
from tests.instance import feeds, instance
from tests.loopback import Partner, partner
from tests.samples import TUESDAY

PAGE = b"<!doctype html><html><title>Huolto</title><p>Palaamme pian.</html>"
OTHER = PAGE.replace(b"pian", b"perjantaina")


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was given to worker processes."""
    given: list[str] = []
    run = ParsePool.run

    async def noted(self: ParsePool, function: Callable[..., Any], *args: Any) -> Any:
        given.append(function.__name__)
        return await run(self, function, *args)

    monkeypatch.setattr(ParsePool, "run", noted)
    return given


def configured(tmp_path: Path, server: Partner) -> Settings:
    return load(instance(tmp_path, kyla=feeds("Kylä", [server.address("/feed")])))


def polled(settings: Settings, memory: Memory, *, judging: str = "rules") -> tuple[Outcome, Memory]:
    """What comes of one poll, and what is remembered after it."""

    async def scenario() -> tuple[Outcome, Memory]:
        source = settings.sources[0]
        async with Reader(settings) as reader:
            outcome, _ = await reader.read(source, memory, now=TUESDAY, judging=judging)
        return outcome, polling.after(source, memory, outcome, hints=None, now=TUESDAY)

    return asyncio.run(scenario())


NEW = Memory(source="kyla/feed")


def test_bytes_that_were_refused_are_refused_without_reading(
    tmp_path: Path, tasks: list[str]
) -> None:
    with partner({"/feed": PAGE}) as server:
        settings = configured(tmp_path, server)
        first, memory = polled(settings, NEW)
        again, memory = polled(settings, memory)
    assert isinstance(first, Failed)
    assert "html" == first.fault.code
    assert first == again
    assert 2 == memory.failures
    assert ["digest"] == tasks


def test_other_bytes_are_read(tmp_path: Path, tasks: list[str]) -> None:
    with partner({"/feed": PAGE}) as server:
        settings = configured(tmp_path, server)
        _, memory = polled(settings, NEW)
        server.pages["/feed"] = OTHER
        polled(settings, memory)
    assert ["digest"] * 2 == tasks


def test_other_rules_may_read_what_was_refused(tmp_path: Path, tasks: list[str]) -> None:
    with partner({"/feed": PAGE}) as server:
        settings = configured(tmp_path, server)
        _, memory = polled(settings, NEW)
        polled(settings, memory, judging="other rules")
    assert ["digest"] * 2 == tasks


def test_bytes_that_took_too_long_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: Any) -> None:
        raise ParseError.of("parse-timeout", "The feed takes too long to read.")

    monkeypatch.setattr(ParsePool, "run", slow)
    with partner({"/feed": PAGE}) as server:
        _, memory = polled(configured(tmp_path, server), NEW)
    assert 1 == memory.failures
    assert memory.refused is None


def test_a_fault_of_another_kind_lets_what_was_refused_be_read(tmp_path: Path) -> None:
    """What was remembered would else be given as the fault of the bytes."""
    with partner({"/feed": PAGE}) as server:
        settings = configured(tmp_path, server)
        _, memory = polled(settings, NEW)
    assert memory.refused
    _, later = polled(settings, memory)
    assert later.fault != memory.fault
    assert later.refused is None
    assert replace(memory, refused=None) != later
