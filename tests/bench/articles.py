"""How fast a folder of articles is looked at, read and parsed: `python -m tests.bench.articles`.

Prints for each kind of file what one second of one core does, and then the times for a full folder.
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from feedhub.fetch.files import SETTLED, read_folder
from feedhub.fetch.walk import MAX_FILES
from feedhub.model import Document, Fetched, Limits, Memory, Source, Unchanged
from feedhub.parse.articles import parse_all
from tests.test_docx import body, paragraph, word

PROSE = "Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä, kertoo kunnan johtaja. " * 5
FRONT = (
    '---\ntitle: "Silta avattiin"\ndate: 2026-11-24\nlanguage: fi\ntopics: [liikenne]\n'
    "authors: [Maija Meikäläinen]\nexcerpt: |\n  Silta on auki.\n---\n"
)
MARKDOWN = f"{FRONT}\n## Väliotsikko\n\n" + f"{PROSE} **Silta** on [tässä](silta.md).\n\n" * 9
PAGE = f"<html lang=fi><title>Silta</title><h1>Silta</h1>{f'<p>{PROSE}</p>' * 9}</html>"

KINDS: Mapping[str, bytes] = {
    "a.md": MARKDOWN.encode(),
    "b.html": PAGE.encode(),
    "c.txt": f"Silta\n\n{PROSE}\n\n".encode() * 9,
    "d.docx": word(body(*(paragraph(PROSE) for _ in range(9)))),
}
SECONDS = 1.0


def rate(work: Callable[[], object]) -> float:
    """How often it is done in a second."""
    times, begun = 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < SECONDS:
        work()
        times += 1
    return times / taken


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def full_folder(folder: Path) -> None:
    """The largest folder that is read, looked at twice and parsed once."""
    for number in range(MAX_FILES):
        (folder / f"{number}.md").write_bytes(KINDS["a.md"])
    source = Source(name="a/b", organization="a", organization_name="", path=str(folder))
    limits = Limits()
    first = read_folder(source, Memory(source="a/b"), limits=limits)
    assert isinstance(first, Fetched)
    changed = max(each.stat().st_ctime for each in folder.iterdir())
    good = datetime.fromtimestamp(changed, UTC) + SETTLED + timedelta(seconds=1)
    known = Memory(source="a/b", etag=first.etag, last_good=good, body_hash="0")
    assert isinstance(read_folder(source, known, limits=limits), Unchanged)
    look = timed(lambda: read_folder(source, known, limits=limits))
    reading = timed(lambda: read_folder(source, Memory(source="a/b"), limits=limits))
    parsing = timed(lambda: parse_all(first.documents))
    sys.stdout.write(
        f"{MAX_FILES} articles: look {look:.2f} s, read {reading:.2f} s, parse {parsing:.1f} s\n"
    )


def main() -> None:
    sys.stdout.write(f"{'kind':10}{'bytes':>8}{'articles/s':>12}\n")
    for name, content in KINDS.items():
        document = Document(name=name, address=f"/{name}", body=content)
        speed = rate(partial(parse_all, [document]))
        sys.stdout.write(f"{name[2:]:10}{len(content):8}{speed:12.0f}\n")
    with TemporaryDirectory() as folder:
        full_folder(Path(folder))


if __name__ == "__main__":
    main()
