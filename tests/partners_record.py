"""The partners' feeds and the records that they must give.

A feed stands in `partners/` as `NAME.rss`, `.atom`, `.rdf` or `.jsonfeed`, beside `NAME.json`, what
it must come to. After putting a new feed there, or when records are to change,

    python -m tests.partners_record NAME…     (all when no name is given)

writes the records anew. Read what it wrote before committing it: this program knows what is so, and
not what is right.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedhub.model import Document, Rules, Topic
from feedhub.parse.digest import digest
from tests.samples import source

PARTNERS = Path(__file__).parent / "partners"
FORMATS = {".rss", ".atom", ".rdf", ".jsonfeed"}

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PARTNER = source(
    name="partner/feed",
    organization="partner",
    homepage=None,
    url="https://partner.example/feed",
    language=None,
    domains=(),
)
RULES = Rules(
    topics=(Topic(slug="liikunta", title="Liikunta", categories=("Liikunta & ulkoilu",)),)
)

# Said by the settings above, or the same for every entry.
UNSAID = {"source", "first_seen", "content_hash"}


def names() -> list[str]:
    return sorted(file.stem for file in PARTNERS.iterdir() if file.suffix in FORMATS)


def feed_file(name: str) -> Path:
    (file,) = (each for each in PARTNERS.glob(f"{name}.*") if each.suffix in FORMATS)
    return file


def recorded(name: str) -> Any:
    """The records that a feed must give."""
    return json.loads((PARTNERS / f"{name}.json").read_text("utf-8"))


def records(name: str) -> dict[str, Any]:
    """The records that a feed gives."""
    document = Document(address="https://partner.example/feed", body=feed_file(name).read_bytes())
    found = digest([document], PARTNER, RULES, NOW)
    entries = [_said(asdict(entry)) for entry in found.normalized.entries]
    return {
        "feed": _said(asdict(found.feed)),
        "entries": entries,
        "dropped": [each.reason for each in found.normalized.dropped],
    }


def _said(record: dict[str, Any]) -> dict[str, Any]:
    """Without what is absent, as JSON can hold it."""
    said = {name: value for name, value in record.items() if value and name not in UNSAID}
    plain: dict[str, Any] = json.loads(json.dumps(said, default=str))
    return plain


def write(chosen: list[str]) -> Iterator[Path]:
    for name in chosen or names():
        file = PARTNERS / f"{name}.json"
        text = json.dumps(records(name), ensure_ascii=False, indent=2)
        file.write_text(f"{text}\n", "utf-8")
        yield file


if __name__ == "__main__":
    for each in write(sys.argv[1:]):
        sys.stdout.write(f"read this: {each}\n")
