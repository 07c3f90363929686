"""The commands that write configuration: init, add, opml."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedhub.cli.common import BAD_CONFIGURATION, FOUND_FAULTS, fail, settings_of

if TYPE_CHECKING:
    from feedhub.config import Settings
    from feedhub.config.writing import NewOrganization
    from feedhub.fetch.discover import Found
    from feedhub.model import Fault


@click.command()
@click.argument("target", type=click.Path(path_type=Path), default=Path("config"))
def init(target: Path) -> None:
    """Write a commented starter configuration, with sample articles, to DIR (default: config)."""
    from feedhub.config.starter import write

    try:
        written = write(target)
    except FileExistsError:
        fail(f"{target}: there is something already; name a new folder", BAD_CONFIGURATION)
    except OSError as error:
        fail(f"{target}: cannot be written ({error.strerror})", BAD_CONFIGURATION)
    click.echo(f"{target}: {written} files. Now set [site] in {target / 'feedhub.toml'}, then:")
    click.echo(f"  feedhub --config {target} check\n  feedhub --config {target} run")


@click.command()
@click.argument("address", metavar="URL")
@click.option("--organization", "slug", help="The name of its file; else made from the address.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def add(folder: Path, address: str, slug: str | None, dry_run: bool) -> None:
    """Find the feeds behind a home page, or any address, and write an organization's file."""
    from feedhub.config.writing import text_of

    settings = settings_of(folder)
    found = asyncio.run(_found(settings, address))
    if not isinstance(found, tuple):
        fail(f"{address}: {found.message} {found.remedy}".rstrip(), FOUND_FAULTS)
    for each in found:
        feed = each.feed
        said = f"{feed.kind}, {feed.entries} entries" + (", comments" if each.comments else "")
        click.echo(f"found {each.address}: {feed.title or 'without a title'} ({said})")
    organization = _best(found, slug)
    if dry_run:
        click.echo(
            f"\norganizations/{organization.slug}.toml would say:\n\n{text_of(organization)}"
        )
        return
    _write(settings, [organization])


async def _found(settings: "Settings", address: str) -> "tuple[Found, ...] | Fault":
    from feedhub.fetch.discover import discover
    from feedhub.pipeline.reading import new_web

    async with new_web(settings) as web:
        return await discover(web, address)


def _best(found: "Sequence[Found]", slug: str | None) -> "NewOrganization":
    """An organization with the best of the feeds that were found."""
    from feedhub.config.writing import NewFeed, NewOrganization, host_of, language_of, slug_of

    best = found[0]
    host = host_of(best.address)
    scheme = best.address.partition("://")[0]
    return NewOrganization(
        slug=slug or slug_of(host),
        name=best.feed.title or host,
        homepage=f"{scheme}://{best.address.partition('://')[2].partition('/')[0]}/",
        language=language_of(best.feed.language),
        feeds=[NewFeed(url=best.address)],
    )


def _write(settings: "Settings", organizations: "Sequence[NewOrganization]") -> None:
    from feedhub.config.writing import write

    known = {each.url for each in settings.sources}
    for organization in organizations:
        if any(feed.url in known for feed in organization.feeds):
            click.echo(f"{organization.slug}: is configured already; left as it is")
            continue
        try:
            path = write(settings.folder, organization)
        except FileExistsError as error:
            advice = "add the feed to it by hand, or name another with --organization"
            fail(f"{error.filename}: there is such a file already; {advice}", BAD_CONFIGURATION)
        except OSError as error:
            fail(f"{error.filename}: cannot be written ({error.strerror})", BAD_CONFIGURATION)
        click.echo(f"{path}: written. A running daemon takes it over at once.")


@click.group()
def opml() -> None:
    """Lists of subscriptions: take one in, or give the sources out as one."""


@opml.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_(folder: Path, file: Path) -> None:
    """Write an organization's file for each group of feeds in an OPML file."""
    from feedhub.config.subscriptions import ListError, read

    settings = settings_of(folder)
    try:
        organizations = read(file.read_bytes())
    except ListError as error:
        fail(f"{file}: {error}", BAD_CONFIGURATION)
    _write(settings, organizations)


@opml.command("export")
@click.pass_obj
def export(folder: Path) -> None:
    """Print the sources as OPML 2.0."""
    from feedhub.publish.opml import write

    click.echo(write(settings_of(folder).site).decode(), nl=False)
