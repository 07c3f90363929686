"""The commands by which an operator decides over stories, for good: hide, unhide, split, join."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedhub.cli.common import BAD_CONFIGURATION, errors_named, fail, opened

if TYPE_CHECKING:
    from datetime import datetime

    from feedhub.config import Settings
    from feedhub.pipeline.intake import Register
    from feedhub.pipeline.moderation import Moderated
    from feedhub.store import Store

    Decision = Callable[[Store, Register, datetime], Moderated]

NAME = "ID"


@click.command()
@click.argument("name", metavar=NAME)
@click.pass_obj
def hide(folder: Path, name: str) -> None:
    """Publish a story no more, whatever its sources do. ID: of it or of an entry, or an address."""
    from feedhub.pipeline import moderation

    _decide(folder, lambda store, register, now: moderation.hide(store, register, name, now=now))


@click.command()
@click.argument("name", metavar=NAME)
@click.pass_obj
def unhide(folder: Path, name: str) -> None:
    """Publish a hidden story again, under its old id."""
    from feedhub.pipeline import moderation

    _decide(folder, lambda store, register, now: moderation.unhide(store, register, name, now=now))


@click.command()
@click.argument("name", metavar=NAME)
@click.pass_obj
def split(folder: Path, name: str) -> None:
    """Take an entry out of its story; or, by the story's id, make a story of each of its entries."""
    from feedhub.pipeline import moderation

    _decide(folder, lambda store, register, now: moderation.split(store, register, name, now=now))


@click.command()
@click.argument("one", metavar=NAME)
@click.argument("other", metavar=NAME)
@click.pass_obj
def join(folder: Path, one: str, other: str) -> None:
    """Make two stories one; it keeps the id of the one that was published first."""
    from feedhub.pipeline import moderation

    def decision(store: "Store", register: "Register", now: "datetime") -> "Moderated":
        return moderation.join(store, register, one, other, now=now)

    _decide(folder, decision)


def _decide(folder: Path, decision: "Decision") -> None:
    """Keep the decision, and let it be seen: by the running daemon, or here when none runs."""
    from feedhub.pipeline.hub import TOUCHED, clock
    from feedhub.pipeline.intake import Register
    from feedhub.pipeline.lock import alone

    with opened(folder) as (settings, store), errors_named(), store.transaction():
        decided = decision(store, Register.of(settings.site), clock())
        store.request([TOUCHED])
    if not decided.done:
        fail(decided.said, BAD_CONFIGURATION)
    with errors_named(), alone(settings.state) as is_alone:
        if is_alone:
            asyncio.run(_publish(settings))
    click.echo(decided.said)


async def _publish(settings: "Settings") -> None:
    from feedhub.pipeline.hub import Hub

    async with Hub(settings) as hub:
        await hub.publish()
