"""Stories into the files that are published: feeds, pages, lists, archives."""

from collections.abc import Sequence

from feedhub.model import Output, Site, Story
from feedhub.publish.channels import Channel
from feedhub.publish.feeds import Feeds


def render_channel(site: Site, channel: Channel, stories: Sequence[Story]) -> tuple[Output, ...]:
    """A channel's three feeds; who renders many keeps one `Feeds`."""
    return Feeds(site).channel(channel, stories)
