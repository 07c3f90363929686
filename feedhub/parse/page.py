"""An entry's own page: the picture that it names for whoever links to it (pure)."""

from feedhub import html, urls
from feedhub.parse import webpage
from feedhub.parse.characters import read_text

MAX_BYTES = 1_000_000
"""Of a page; what names its picture stands in its head."""


def picture(body: bytes, content_type: str | None, address: str) -> str | None:
    """The whole address of the page's picture, None when it names none that shows something.

    `address` is where the page was in the end, redirects followed.
    """
    charset = webpage.declared_charset(body)
    said = content_type or (f"text/html; charset={charset}" if charset else None)
    named = webpage.read(read_text(body[:MAX_BYTES], said)).facts.get("image", "")
    found = urls.absolute(named, address)
    return None if found is None or html.decorates(found) else found
