"""What feeds and pages cost in CPU time: `python -m tests.bench.render`.

First a channel of 100 stories in its three formats and as a page, and a page of the archive; then
all that one new story among 10 000 and among 100 000 touches: four channels, and the open volume of
each; in the end what it costs to check, pack and write an output.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from feedhub.model import Output, Story
from feedhub.publish.archives import VOLUME_SIZE, Shelf, Volume
from feedhub.publish.channels import Channel, Places, channels
from feedhub.publish.feeds import Feeds, atom, printed, rss
from feedhub.publish.items import head_of, items_of
from feedhub.publish.jsonfeed import write
from feedhub.publish.output import Outbox
from feedhub.publish.pages import Pages
from feedhub.publish.sheet import Catalogue
from tests.markup import hub
from tests.nasty import many

ROUNDS = 15
FOLDERS = 50
CONTENT = "<p>" + "Silta lyhentää koulumatkaa kuusi kilometriä. " * 40 + "</p>"


def milliseconds(work: Callable[[], object]) -> float:
    """The median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - start))
    return median(taken)


def main() -> None:
    at = hub()
    feeds = Feeds(at)
    every = {each.prefix: each for each in channels(at)}
    stories = many(100, source="toimitus/articles", content_html=CONTENT)
    items = items_of(stories, Catalogue(at), visible_source=False)
    head = head_of(every[""], at, items)
    size = sum(len(each.body) for each in feeds.channel(every[""], feeds.items(stories)))
    print(f"100 whole stories, {size / 1000:.0f} kB in three formats")
    print(
        f"  items  {milliseconds(lambda: items_of(stories, Catalogue(at), visible_source=False)):6.1f} ms"
    )
    print(f"  atom   {milliseconds(lambda: atom(head, printed(head, items))):6.1f} ms")
    print(f"  rss    {milliseconds(lambda: rss(head, items)):6.1f} ms")
    print(f"  json   {milliseconds(lambda: write(head, items)):6.1f} ms")
    pages = Pages(at)
    print(f"  page   {milliseconds(lambda: pages.channel(every[''], stories)):6.1f} ms")
    shelf = Shelf(Volume(2026, 11, 1))
    volume = stories[:VOLUME_SIZE]
    print(f"  a page of the archive {milliseconds(lambda: pages.volume(shelf, volume)):6.1f} ms")
    for number in (10_000, 100_000):
        world = many(number, source="toimitus/articles", content_html=CONTENT)
        touched = [every[prefix] for prefix in Places(at).of(world[-1])]
        taken = milliseconds(partial(render, feeds, touched, world))
        print(f"one new story among {number}: {len(touched)} channels, {4 * len(touched)} outputs")
        print(f"  all    {taken:6.1f} ms")
    write_out([*feeds.channel(every[""], feeds.items(stories)), pages.channel(every[""], stories)])


def write_out(outputs: Sequence[Output]) -> None:
    """The same outputs into many folders, of channels and of the archive's."""
    now = datetime(2026, 12, 24, tzinfo=UTC)
    for where in ("topics/x{}/", "archive/2026/11/{}/"):
        copies = [
            replace(each, name=where.format(number) + each.name)
            for number in range(FOLDERS)
            for each in outputs
        ]
        with TemporaryDirectory() as folder:
            start = time.process_time()
            published = Outbox(Path(folder)).publish(copies, now=now)
            taken = 1000 * (time.process_time() - start)
        print(f"{where.format('N')}: {taken / len(published.changed):.1f} ms an output")


def render(feeds: Feeds, touched: Sequence[Channel], world: Sequence[Story]) -> None:
    """What the newest story of a world touches."""
    shelf = Shelf(Volume(2026, 11, 2), Volume(2026, 11, 1))
    for channel in touched:
        feeds.channel(channel, feeds.items(world[-100:]), archive=shelf.previous)
        feeds.volume(channel, shelf, feeds.prints(feeds.items(world[-VOLUME_SIZE:])))


if __name__ == "__main__":
    main()
