"""Bytes -> raw entries, without any judgement.

feeds        RSS, RDF, Atom and CDF
parser       what feedparser makes of these
jsonfeed     JSON Feed
articles     article files with front matter
digest       parse and normalize in one call, as worker processes do
pool         the worker processes, as who gives them tasks sees them
worker       the same from inside
"""

from collections.abc import Sequence

from feedhub.model import Document, RawFeed, Source
from feedhub.parse.characters import read_utf8
from feedhub.parse.errors import ParseError

__all__ = ["ParseError", "read"]


def read(documents: Sequence[Document], source: Source) -> RawFeed:
    """What the documents of one poll say: a folder's files, or the one document of a feed.

    Raises ParseError when nothing usable is there. In a folder a bad file is a fault of the
    result, and the others stand.
    """
    if source.path is not None:
        # A third of a worker's memory and start would go to modules that no feed needs.
        from feedhub.parse import articles  # noqa: PLC0415

        return articles.parse_all(documents)
    try:
        return _feed(documents[0])
    except (ParseError, MemoryError):
        raise
    except Exception as error:
        raise ParseError.unexpected(error) from error


def _feed(document: Document) -> RawFeed:
    # The hub itself needs this room's errors and workers, and none of the libraries that read.
    from feedhub.parse import feeds, jsonfeed  # noqa: PLC0415

    utf8 = read_utf8(document.body, document.content_type).strip()
    if not utf8:
        raise ParseError.of("empty-body", "The answer is empty where a feed was expected.")
    if utf8.startswith((b"{", b"[")):
        return jsonfeed.parse(utf8, document.address)
    return feeds.parse(utf8, document.address)
