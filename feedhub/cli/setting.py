"""The commands that write configuration: init."""

from pathlib import Path

import click

from feedhub.cli.common import BAD_CONFIGURATION, fail


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
