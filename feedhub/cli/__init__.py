"""The commands. Each imports what it needs when it runs, so that `--help` is instant.

running     run, poll, publish, check
showing     sources, entries, stories, explain, schema
moderating  hide, unhide, split, join
setting     init, add, opml import, opml export

Exit codes: 0 done, 1 a source failed under --strict or a check found faults, 2 bad configuration
or usage, 3 the store cannot be used.
"""

import gc
from pathlib import Path

import click

from feedhub.cli import moderating, running, setting, showing

__all__ = ["main"]

SELDOM = 10_000, 20, 50
"""When the collector of cycles looks: records have none, and a pass makes millions of them.

As Python sets it by itself, it took a twelfth of a pass over new feeds.
"""


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
    gc.set_threshold(*SELDOM)
    context.obj = folder


for command in (
    running.run,
    running.poll,
    running.check,
    showing.sources,
    showing.entries,
    showing.stories,
    showing.explain,
    moderating.hide,
    moderating.unhide,
    moderating.split,
    moderating.join,
    running.publish,
    setting.init,
    setting.add,
    setting.opml,
    showing.schema,
):
    main.add_command(command)
