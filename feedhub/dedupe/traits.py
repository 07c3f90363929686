"""What an entry is found and compared by: worked out once, by whoever made the entry (pure)."""

from feedhub.dedupe.identity import with_summary
from feedhub.dedupe.siblings import clues
from feedhub.html.flat import flat
from feedhub.likeness import sketch
from feedhub.model import Entry, Traits


def traits_of(entry: Entry, line: str | None = None) -> Traits:
    """`line` is what `flat` finds in the entry's HTML, where somebody knows it."""
    text = flat(entry.content_html) if line is None else line
    # The title is a sentence of its own.
    return Traits(keys=sketch(with_summary(entry, text)), clues=clues(f"{entry.title} ; {text}"))
