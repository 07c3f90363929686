"""The commands that do the hub's work: run, poll, publish, check."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedhub.cli.common import (
    BAD_CONFIGURATION,
    FOUND_FAULTS,
    errors_named,
    fail,
    opened,
    settings_of,
)

if TYPE_CHECKING:
    from feedhub.config import Settings
    from feedhub.model import Source
    from feedhub.pipeline.hub import Hub


@click.command()
@click.pass_obj
def run(folder: Path) -> None:
    """Run the daemon: poll, watch, publish and serve."""
    import uvloop

    from feedhub import daemon
    from feedhub.web.face import Face

    settings = settings_of(folder)
    _log_to_stderr()
    with errors_named():
        uvloop.run(daemon.run(settings, Face))


def _log_to_stderr() -> None:
    """One line a message; the time only where no journal adds its own."""
    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    line = f"{stamp}%(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=line, stream=sys.stderr)
    for talkative in ("apscheduler", "watchfiles"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Poll every source, due or not.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a source failed.")
@click.pass_obj
def poll(folder: Path, names: tuple[str, ...], everything: bool, strict: bool) -> None:
    """Poll the due sources (or those named, or all) once, then publish."""
    import uvloop

    from feedhub.pipeline.hub import Hub
    from feedhub.pipeline.lock import alone

    settings = settings_of(folder)
    chosen = _chosen(settings, names)
    with errors_named(), alone(settings.state) as is_alone:
        if is_alone:
            failed = uvloop.run(_poll(Hub(settings), chosen, everything=everything))
            sys.exit(FOUND_FAULTS if failed and strict else 0)
    wanted = chosen or [each for each in settings.sources if each.enabled]
    _ask_daemon(folder, [each.name for each in wanted])


def _chosen(settings: "Settings", names: Sequence[str]) -> list["Source"]:
    """The sources named; an organization's name means all of its own."""
    chosen = []
    for name in names:
        found = [each for each in settings.sources if name in (each.name, each.organization)]
        if not found:
            known = ", ".join(each.name for each in settings.sources) or "none is configured"
            fail(f"{name}: there is no such source; there are: {known}", BAD_CONFIGURATION)
        chosen += found
    return chosen


def _ask_daemon(folder: Path, requests: Sequence[str]) -> None:
    with opened(folder) as (_, store):
        store.request(requests)
    click.echo(
        "The running daemon was asked to do it now; `feedhub sources` shows what came of it."
    )


async def _poll(new: "Hub", chosen: Sequence["Source"], *, everything: bool) -> int:
    """Poll and publish here, a line a source; how many sources failed."""
    async with new as hub:
        enabled = [each for each in hub.sources.values() if each.enabled]
        sources = chosen or (enabled if everything else hub.due())
        if not sources:
            click.echo("No source is due; `feedhub poll --all` polls every source now.")
        failed = await _poll_visibly(hub, sources)
        await hub.telling.once()
        return failed


async def _poll_visibly(hub: "Hub", sources: Sequence["Source"]) -> int:
    failed = 0
    hidden = not sys.stderr.isatty() or not sources
    with click.progressbar(length=len(sources), file=sys.stderr, hidden=hidden) as bar:
        async for report in hub.refresh(sources):
            failed += report.fault is not None
            click.echo("\n".join(report.lines()))
            bar.update(1)
    return failed


@click.command()
@click.pass_obj
def publish(folder: Path) -> None:
    """Render all published files anew."""
    from feedhub.pipeline.lock import alone

    settings = settings_of(folder)
    with errors_named(), alone(settings.state) as is_alone:
        if is_alone:
            sys.exit(asyncio.run(_publish(settings)))
    _ask_daemon(folder, [""])


async def _publish(settings: "Settings") -> int:
    from feedhub.pipeline.hub import Hub

    async with Hub(settings) as hub:
        hub.publisher.shrink_allowed = True
        printed = await hub.publish(everything=True)
        await hub.telling.once()
    click.echo(
        f"{settings.public}: {printed.rendered} files rendered, {len(printed.changed)} changed"
    )
    for fault in printed.refused:
        click.echo(f"{fault.message} {fault.remedy}", err=True)
    return FOUND_FAULTS if printed.refused else 0


@click.command()
@click.option("--online", is_flag=True, help="Fetch every source once and judge it.")
@click.pass_obj
def check(folder: Path, online: bool) -> None:
    """Validate the configuration; with --online try every source."""
    settings = settings_of(folder)
    for warning in settings.warnings:
        click.echo(f"{warning}", err=True)
    missing = [each for each in settings.sources if each.path and not Path(each.path).is_dir()]
    for source in missing:
        click.echo(f"{source.name}: {source.path}: there is no such folder; make it", err=True)
    sources = settings.sources
    off = sum(not each.enabled for each in sources)
    organizations = len(settings.site.organizations)
    click.echo(
        f"{settings.folder}: sound. {organizations} organizations, {len(sources)} sources "
        f"({off} of them disabled), {len(settings.site.topics)} topics."
    )
    failed = asyncio.run(_check_online(settings)) if online else 0
    sys.exit(FOUND_FAULTS if missing or failed else 0)


async def _check_online(settings: "Settings") -> int:
    """Fetch every source once, the disabled ones too, and keep nothing; how many failed."""
    from feedhub.model import Memory
    from feedhub.pipeline.crowd import side_by_side
    from feedhub.pipeline.hub import AT_WORK, clock
    from feedhub.pipeline.reading import Reader
    from feedhub.pipeline.report import Report

    async def tried(source: "Source") -> Report:
        outcome, judged = await reader.read(source, Memory(source=source.name), now=clock())
        return Report.of(source.name, outcome, judged)

    failed = 0
    async with Reader(settings) as reader:
        trials = (tried(source) for source in settings.sources)
        async for report in side_by_side(trials, most=AT_WORK):
            failed += report.fault is not None
            click.echo("\n".join(report.lines()))
    return failed
