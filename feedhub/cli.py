"""The commands. Each imports what it needs when it runs, so that `--help` is instant.

Exit codes: 0 done, 1 a source failed under --strict or a check found faults, 2 bad configuration
or usage, 3 the store cannot be used.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from feedhub.config import Settings
    from feedhub.model import Source
    from feedhub.pipeline.hub import Hub
    from feedhub.store import Store

FOUND_FAULTS = 1
BAD_CONFIGURATION = 2
BAD_STORE = 3


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


@contextmanager
def _errors_named() -> Iterator[None]:
    """Turn what stops the program into its message and exit code."""
    from feedhub.config import ConfigError
    from feedhub.pipeline.lock import CannotStart
    from feedhub.store import StoreError

    try:
        yield
    except (ConfigError, CannotStart) as error:
        _fail(str(error), BAD_CONFIGURATION)
    except StoreError as error:
        _fail(str(error), BAD_STORE)


def _settings(folder: Path) -> "Settings":
    """The checked settings; ends the program when there are none."""
    from feedhub.config import load

    if not folder.is_dir():
        advice = "name another with --config, or write one with `feedhub init`"
        _fail(f"{folder}: there is no configuration folder here; {advice}", BAD_CONFIGURATION)
    with _errors_named():
        return load(folder)


@contextmanager
def _opened(folder: Path) -> Iterator[tuple["Settings", "Store"]]:
    from feedhub.store.sqlite import SqliteStore

    settings = _settings(folder)
    with _errors_named(), closing(SqliteStore(settings.state)) as store:
        yield settings, store


def _json(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="feedhub", prog_name="feedhub")
@click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path),
    envvar="FEEDHUB_CONFIG",
    default=Path("config"),
    show_default=True,
    help="The configuration folder (or FEEDHUB_CONFIG).",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Collect the news of many organizations and republish it as one feed and site."""
    context.obj = folder


@main.command()
@click.pass_obj
def run(folder: Path) -> None:
    """Run the daemon: poll, watch, publish and serve."""
    from feedhub import daemon
    from feedhub.web import Face

    settings = _settings(folder)
    _log_to_stderr()
    with _errors_named():
        asyncio.run(daemon.run(settings, Face))


def _log_to_stderr() -> None:
    """One line a message; the time only where no journal adds its own."""
    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    line = f"{stamp}%(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=line, stream=sys.stderr)
    for talkative in ("apscheduler", "httpx", "httpcore", "watchfiles"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


@main.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Poll every source, due or not.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a source failed.")
@click.pass_obj
def poll(folder: Path, names: tuple[str, ...], everything: bool, strict: bool) -> None:
    """Poll the due sources (or those named, or all) once, then publish."""
    from feedhub.pipeline.lock import alone

    settings = _settings(folder)
    chosen = _chosen(settings, names)
    with _errors_named(), alone(settings.state) as is_alone:
        if is_alone:
            failed = asyncio.run(_poll(settings, chosen, everything=everything))
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
            _fail(f"{name}: there is no such source; there are: {known}", BAD_CONFIGURATION)
        chosen += found
    return chosen


def _ask_daemon(folder: Path, requests: Sequence[str]) -> None:
    with _opened(folder) as (_, store):
        store.request(requests)
    click.echo(
        "The running daemon was asked to do it now; `feedhub sources` shows what came of it."
    )


async def _poll(settings: "Settings", chosen: Sequence["Source"], *, everything: bool) -> int:
    """Poll and publish here, a line a source; how many sources failed."""
    from feedhub.pipeline.hub import Hub

    async with Hub(settings) as hub:
        enabled = [each for each in hub.sources.values() if each.enabled]
        sources = chosen or (enabled if everything else hub.due())
        if not sources:
            click.echo("No source is due; `feedhub poll --all` polls every source now.")
        return await _poll_visibly(hub, sources)


async def _poll_visibly(hub: "Hub", sources: Sequence["Source"]) -> int:
    failed = 0
    hidden = not sys.stderr.isatty() or not sources
    with click.progressbar(length=len(sources), file=sys.stderr, hidden=hidden) as bar:
        async for report in hub.refresh(sources):
            failed += report.fault is not None
            click.echo("\n".join(report.lines()))
            bar.update(1)
    return failed


@main.command()
@click.pass_obj
def publish(folder: Path) -> None:
    """Render all published files anew."""
    from feedhub.pipeline.lock import alone

    settings = _settings(folder)
    with _errors_named(), alone(settings.state) as is_alone:
        if is_alone:
            sys.exit(asyncio.run(_publish(settings)))
    _ask_daemon(folder, [""])


async def _publish(settings: "Settings") -> int:
    from feedhub.pipeline.hub import Hub

    async with Hub(settings) as hub:
        hub.shrink_allowed = True
        printed = await hub.publish(everything=True)
    click.echo(
        f"{settings.public}: {printed.rendered} files rendered, {len(printed.changed)} changed"
    )
    for fault in printed.refused:
        click.echo(f"{fault.message} {fault.remedy}", err=True)
    return FOUND_FAULTS if printed.refused else 0


@main.command()
@click.option("--online", is_flag=True, help="Fetch every source once and judge it.")
@click.pass_obj
def check(folder: Path, online: bool) -> None:
    """Validate the configuration; with --online try every source."""
    settings = _settings(folder)
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
    from feedhub.pipeline.hub import clock
    from feedhub.pipeline.reading import Reader
    from feedhub.pipeline.report import Report

    async def tried(source: "Source") -> Report:
        outcome, judged = await reader.read(source, Memory(source=source.name), now=clock())
        return Report.of(source.name, outcome, judged)

    failed = 0
    async with Reader(settings) as reader:
        for trial in asyncio.as_completed([tried(source) for source in settings.sources]):
            report = await trial
            failed += report.fault is not None
            click.echo("\n".join(report.lines()))
    return failed


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def sources(folder: Path, as_json: bool) -> None:
    """Show every source: health, last good poll, next poll, fault and remedy."""
    from feedhub.pipeline.hub import clock
    from feedhub.pipeline.listing import source_facts, source_lines

    with _opened(folder) as (settings, store):
        for facts in source_facts(settings, store, now=clock()):
            click.echo(_json(facts) if as_json else "\n".join(source_lines(facts)))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--source", help="Only of this source.")
@click.option("--limit", default=20, show_default=True, help="How many; 0 means all.")
@click.pass_obj
def entries(folder: Path, as_json: bool, source: str | None, limit: int) -> None:
    """Show the stored entries, newest first."""
    from feedhub.pipeline.listing import entry_facts

    with _opened(folder) as (_, store):
        for stored in store.entries(source=source, limit=limit):
            entry = stored.entry
            line = f"{entry.published:%Y-%m-%d %H:%M}  {entry.source}  {entry.title}"
            click.echo(_json(entry_facts(stored)) if as_json else line)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", default=20, show_default=True, help="How many; 0 means all.")
@click.pass_obj
def stories(folder: Path, as_json: bool, limit: int) -> None:
    """Show the stories as they are published, newest first."""
    from feedhub.pipeline.intake import Register, newest
    from feedhub.pipeline.intake import stories as composed
    from feedhub.pipeline.listing import story_facts

    with _opened(folder) as (settings, store):
        register = Register.of(settings.site)
        for story in composed(store, newest(store, "", limit=limit), register):
            names = ", ".join(dict.fromkeys(each.source for each in story.members))
            line = f"{story.published:%Y-%m-%d %H:%M}  {story.face.title}  ({names})"
            click.echo(_json(story_facts(story, settings.site)) if as_json else line)


@main.command()
@click.argument("target", type=click.Path(path_type=Path), default=Path("config"))
def init(target: Path) -> None:
    """Write a commented starter configuration, with sample articles, to DIR (default: config)."""
    from feedhub.config.starter import write

    try:
        written = write(target)
    except FileExistsError:
        _fail(f"{target}: there is something already; name a new folder", BAD_CONFIGURATION)
    except OSError as error:
        _fail(f"{target}: cannot be written ({error.strerror})", BAD_CONFIGURATION)
    click.echo(f"{target}: {written} files. Now set [site] in {target / 'feedhub.toml'}, then:")
    click.echo(f"  feedhub --config {target} check\n  feedhub --config {target} run")


@main.command()
def schema() -> None:
    """Print the JSON Schema of the configuration files."""
    from feedhub.config import schemas

    click.echo(json.dumps(schemas(), ensure_ascii=False, indent=2))
