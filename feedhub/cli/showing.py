"""The commands that show what the hub has: sources, entries, stories, explain, schema."""

import json
from pathlib import Path

import click

from feedhub.cli.common import json_line, opened


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def sources(folder: Path, as_json: bool) -> None:
    """Show every source: health, last good poll, next poll, fault and remedy."""
    from feedhub.pipeline.hub import clock
    from feedhub.pipeline.listing import source_facts, source_lines

    with opened(folder) as (settings, store):
        for facts in source_facts(settings, store, now=clock()):
            click.echo(json_line(facts) if as_json else "\n".join(source_lines(facts)))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--source", help="Only of this source.")
@click.option("--limit", default=20, show_default=True, help="How many; 0 means all.")
@click.pass_obj
def entries(folder: Path, as_json: bool, source: str | None, limit: int) -> None:
    """Show the stored entries, newest first."""
    from feedhub.pipeline.listing import entry_facts

    with opened(folder) as (_, store):
        for stored in store.entries(source=source, limit=limit):
            entry = stored.entry
            line = f"{entry.published:%Y-%m-%d %H:%M}  {entry.source}  {entry.title}"
            click.echo(json_line(entry_facts(stored)) if as_json else line)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", default=20, show_default=True, help="How many; 0 means all.")
@click.pass_obj
def stories(folder: Path, as_json: bool, limit: int) -> None:
    """Show the stories as they are published, newest first."""
    from feedhub.pipeline.intake import Register, newest
    from feedhub.pipeline.intake import stories as composed
    from feedhub.pipeline.listing import story_facts

    with opened(folder) as (settings, store):
        register = Register.of(settings.site)
        for story in composed(store, newest(store, "", limit=limit), register):
            names = ", ".join(dict.fromkeys(each.source for each in story.members))
            line = f"{story.published:%Y-%m-%d %H:%M}  {story.face.title}  ({names})"
            click.echo(json_line(story_facts(story, settings.site)) if as_json else line)


@click.command()
@click.argument("name", metavar="URL-OR-ID")
@click.pass_obj
def explain(folder: Path, name: str) -> None:
    """Tell what became of one item and why: the answer first, then its whole journal."""
    from feedhub.pipeline.explain import explain as told
    from feedhub.pipeline.intake import Register

    with opened(folder) as (settings, store):
        register = Register.of(settings.site)
        lines = told(store, register, name, newest=settings.publish.entries)
    click.echo("\n".join(lines))


@click.command()
def schema() -> None:
    """Print the JSON Schema of the configuration files."""
    from feedhub.config import schemas

    click.echo(json.dumps(schemas(), ensure_ascii=False, indent=2))
