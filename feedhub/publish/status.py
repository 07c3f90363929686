"""How every source is doing, for its organization's people and for programs (pure).

Only what concerns the public: never a path of this machine, nor a part of an address that could
be a secret. The sentences stand in locale/, by the code of the fault.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from feedhub.model import Output, Site, Source
from feedhub.polling import Health
from feedhub.publish.locale import Words, words
from feedhub.publish.moments import rfc3339

if TYPE_CHECKING:
    from feedhub.publish.sheet import Sheet

LANGUAGES = ("fi", "sv", "en")

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_WORST_FIRST = ("broken", "gone", "failing", "quiet")
_WORKING = frozenset({"ok", "quiet"})
_NOTHING_TO_MEND = frozenset({"ok", "new", "disabled"})
_USERINFO = re.compile(r"(?<=://)[^/\s@]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """A source and how it is doing; `next_poll` is shown when it is given."""

    source: Source
    health: Health
    next_poll: datetime | None = None


class Said(NamedTuple):
    """What is wrong and what mends it, in one language."""

    language: str
    message: str
    remedy: str


def say(health: Health, spoken: Words) -> Said:
    """The sentences for a state of health; of a code that has none, the English ones."""
    known = _known(health.code, spoken)
    if known is not None:
        return Said(spoken.language, *known)
    message, remedy = (_USERINFO.sub("", each) for each in (health.message, health.remedy))
    return Said("en", message, remedy)


@lru_cache(maxsize=256)  # Most of a thousand sources are well, in each of the languages.
def _known(code: str, spoken: Words) -> tuple[str, str] | None:
    return spoken.fault(code)


def status_page(sheet: "Sheet", rows: Sequence[StatusRow]) -> Output:
    """The page: first what is to be mended, in three languages, then the rest."""
    # The site's own language comes first, when it is one of them.
    ordered = sorted(LANGUAGES, key=lambda each: each != sheet.words.language)
    tongues = [words(each) for each in ordered]
    polled = [row for row in rows if row.health.state != "disabled"]
    unwell = [row for row in rows if row.health.code not in _NOTHING_TO_MEND]
    unwell.sort(key=_severity)
    well = [row for row in rows if row.health.code in _NOTHING_TO_MEND]
    return sheet.output(
        "status.html",
        tongues=tongues,
        count=len(polled),
        good=sum(row.health.state in _WORKING for row in polled),
        unwell=[_shown(row, tongues) for row in unwell],
        well=well,
    )


def _severity(row: StatusRow) -> int:
    state = row.health.state
    return _WORST_FIRST.index(state) if state in _WORST_FIRST else len(_WORST_FIRST)


def _shown(row: StatusRow, tongues: Sequence[Words]) -> dict[str, object]:
    # A code without sentences is said once, in English.
    said = dict.fromkeys(say(row.health, each) for each in tongues)
    return {
        "source": row.source.name,
        "organization": row.source.organization_name,
        "title": row.source.title,
        "address": _public(row.source.url) if row.source.url else None,
        "state": row.health.state,
        "silent_since": row.health.silent_since,
        "next_poll": row.next_poll,
        "said": list(said),
    }


def status_json(site: Site, rows: Sequence[StatusRow]) -> Output:
    """The same for programs."""
    head = _written({"title": site.title, "status_page_url": f"{site.url}status/"})
    lines = ",\n".join(_written(_facts(row)) for row in rows)
    body = f'{head[:-1]},"sources":[\n{lines}\n]}}\n'
    return Output(name="status.json", body=body.encode())


def _facts(row: StatusRow) -> dict[str, Any]:
    said = {each: say(row.health, words(each)) for each in LANGUAGES}
    facts: dict[str, Any] = {
        "source": row.source.name,
        "organization": row.source.organization_name,
        "state": row.health.state,
        "code": row.health.code,
        "message": {each: said[each].message for each in LANGUAGES},
        "remedy": {each: said[each].remedy for each in LANGUAGES},
    }
    times = {"silent_since": row.health.silent_since, "next_poll": row.next_poll}
    return facts | {name: rfc3339(time) for name, time in times.items() if time is not None}


def _public(address: str) -> str:
    """Without user name, password and query: any of them may be a secret."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()
