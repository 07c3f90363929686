"""How fast contents are cleaned, cut to excerpts and made entries: `python -m tests.bench.clean`.

Prints for each kind of content the characters of one, and what a second does of it.
"""

import sys
import time
from collections.abc import Callable
from functools import partial

from feedhub import excerpt, html, normalize
from feedhub.model import RawEntry, RawFeed, Rules, Text
from tests.danger import resolve
from tests.samples import TUESDAY, source

PARAGRAPH = (
    "<p>Kylän uusi silta <strong>lyhentää</strong> koulumatkaa kuusi kilometriä, kertoo "
    '<a href="/kunta/" class="link">kunnan&nbsp;johtaja</a>. Se &#8211; ja tie &#8211; valmistui '
    "etuajassa.</p>\n"
)
WORD = (
    '<p class="MsoNormal" style="margin-bottom:0cm"><span style="font-size:11.0pt;font-family:'
    '&quot;Calibri&quot;"><o:p>Kylän uusi silta lyhentää koulumatkaa.</o:p></span></p>\n'
)
FIGURE = (
    '<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024"'
    ' height="683" src="/wp-content/uploads/2026/11/silta-1024x683.jpg" alt="Silta" class='
    '"wp-image-7" srcset="/silta-1024x683.jpg 1024w, /silta-300x200.jpg 300w" sizes="100vw" />'
    "<figcaption>Silta avattiin.</figcaption></figure>\n"
)
TABLE = (
    "<table><tr><th>Vuosi</th><td>2026</td></tr><tr><th>Pituus</th><td>90&nbsp;m</td></tr></table>"
)

CONTENTS = {
    "paragraphs": PARAGRAPH * 20,
    "news with pictures": (FIGURE + PARAGRAPH * 5) * 3,
    "out of Word": WORD * 25,
    "tables": TABLE * 40,
    "plain text": "Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä. " * 80,
    "a long report": (PARAGRAPH * 10 + FIGURE + TABLE) * 40,
}
SECONDS = 1.0


def rate(work: Callable[[], object]) -> float:
    """How often it is done in a second of the processor."""
    times, begun = 0, time.process_time()
    while (taken := time.process_time() - begun) < SECONDS:
        work()
        times += 1
    return times / taken


def main() -> None:
    say = sys.stdout.write
    say(f"{'content':20}{'chars':>9}{'clean/s':>10}{'MB/s':>8}{'plain/s':>10}{'excerpt/s':>11}\n")
    for name, markup in CONTENTS.items():
        cleaned = rate(partial(html.digest, markup, resolve=resolve))
        plain = rate(partial(html.plain, markup))
        cut = rate(partial(excerpt.automatic, html.text(markup), title="Uusi silta avattiin"))
        speed = cleaned * len(markup.encode()) / 1e6
        say(f"{name:20}{len(markup):9}{cleaned:10.0f}{speed:8.2f}{plain:10.0f}{cut:11.0f}\n")
    markup = CONTENTS["news with pictures"]
    feed = RawFeed(entries=tuple(item(number, markup) for number in range(50)))
    made = 50 * rate(partial(normalize.normalize, feed, source(), Rules(), now=TUESDAY))
    say(f"\nnormalize: {made:.0f} entries/s of {len(markup)} characters\n")


def item(number: int, markup: str) -> RawEntry:
    return RawEntry(
        id=str(number),
        url=f"https://kyla.example.fi/{number}",
        title=Text(value=f"Uusi silta {number}", kind="text"),
        content=Text(value=markup),
        published="Mon, 23 Nov 2026 08:00:00 GMT",
    )


if __name__ == "__main__":
    main()
