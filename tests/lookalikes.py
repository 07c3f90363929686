"""Families of stories that look alike and are not the same: what grouping must keep apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.tellings import SERIES, Dice, Shelf, Telling

Family = Callable[[Shelf], list[Telling]]
Facts = dict[str, Any]

YEAR = 2026
PLACE = ("place", "of_place", "in_place")


def facts(dice: Dice) -> Facts:
    """A time and a place, as the sentences of a series want them."""
    return {
        **dict(zip(PLACE, dice.pick(SERIES["places"]), strict=True)),
        "weekday": dice.pick(SERIES["days"]),
        "day": 1 + dice.below(28),
        "month": 1 + dice.below(12),
        "year": YEAR,
        "hour": 8 + dice.below(12),
    }


def different(dice: Dice, keys: Sequence[str], count: int, kept: Sequence[str] = ()) -> list[Facts]:
    """So many facts that agree on what is kept, while no two agree on any of the keys."""
    first = facts(dice)
    found = [first]
    while len(found) < count:
        more = facts(dice) | {key: first[key] for key in kept}
        if all(more[key] != each[key] for key in keys for each in found):
            found.append(more)
    return found


def filled(title: str, paragraphs: Sequence[str], what: Facts) -> Telling:
    paragraphs = tuple(each.format(**what) for each in paragraphs)
    return Telling(title=title.format(**what), paragraphs=paragraphs, language="fi")


def events(shelf: Shelf, series: Sequence[Facts]) -> list[Telling]:
    """One invitation, with the facts of each evening."""
    lead, title = (shelf.dice.pick(SERIES[name]) for name in ("event_leads", "event_titles"))
    about = shelf.take("fi")
    body = [text.replace("{", "(").replace("}", ")") for text in about.paragraphs[:3]]
    return [filled(title, [lead, *body, about.frame["tour"]], each) for each in series]


def events_by_date(shelf: Shelf) -> list[Telling]:
    """The same evening in the same place on three days."""
    return events(shelf, different(shelf.dice, ("day",), 3, kept=(*PLACE, "hour")))


def events_by_place(shelf: Shelf) -> list[Telling]:
    """The same evening at the same hour in three places."""
    kept = ("weekday", "day", "month", "hour")
    return events(shelf, different(shelf.dice, ("place",), 3, kept=kept))


def events_by_hour(shelf: Shelf) -> list[Telling]:
    """The same evening twice on one day."""
    kept = (*PLACE, "weekday", "day", "month")
    series = different(shelf.dice, ("hour",), 2, kept=kept)
    return events(shelf, series)


def events_on_tour(shelf: Shelf) -> list[Telling]:
    """An evening that goes round: other days in other places."""
    return events(shelf, different(shelf.dice, ("place", "day"), 4))


def jobs(shelf: Shelf) -> list[Telling]:
    """Other jobs in one place, in the frame of one employer."""
    place = facts(shelf.dice)
    chosen = shelf.dice.some(SERIES["jobs"], 3)
    frame = SERIES["job_title"], SERIES["job"]
    return [filled(*frame, place | {"jobs": job}) for _, job, _ in chosen]


def jobs_elsewhere(shelf: Shelf) -> list[Telling]:
    """One job in several places, in the frame of one agency."""
    _, job, _ = shelf.dice.pick(SERIES["jobs"])
    places = different(shelf.dice, ("place",), 3, kept=("day", "month"))
    return [filled(SERIES["job_title"], SERIES["job"], each | {"jobs": job}) for each in places]


def people(shelf: Shelf) -> list[Telling]:
    """A monthly choice whose notice changes only by the name."""
    names = shelf.dice.some(SERIES["people"], 3)
    frame = SERIES["person_title"], SERIES["person"]
    return [filled(*frame, {"name": each}) for each in names]


def weeklies(shelf: Shelf) -> list[Telling]:
    """Bulletins with one frame and the news of different weeks."""
    first = 1 + shelf.dice.below(49)
    return [_weekly(shelf.dice, week) for week in range(first, first + 3)]


def _weekly(dice: Dice, week: int) -> Telling:
    items = [each.format(**facts(dice)) for each in dice.some(SERIES["weekly_items"], 3)]
    paragraphs = (SERIES["weekly_lead"], *items, SERIES["weekly_end"])
    title = SERIES["weekly_title"].format(week=week, year=YEAR)
    return Telling(title=title, paragraphs=paragraphs, language="fi")


def reports(shelf: Shelf) -> list[Telling]:
    """Yearly reports whose figures change."""
    first = 2010 + shelf.dice.below(12)
    years = [_figures(shelf.dice, year) for year in range(first, first + 3)]
    return [filled(SERIES["report_title"], SERIES["report"], each) for each in years]


def _figures(dice: Dice, year: int) -> Facts:
    return {"year": year, **{name: 10 + dice.below(990) for name in "abcdef"}}


def later_years(shelf: Shelf) -> list[Telling]:
    """The news of one year, and the same a year later."""
    story = shelf.take("fi")
    base = story.reading("Syksyn 2019 hakuaika on päättynyt.", *story.paragraphs)

    def later(text: str) -> str:
        return re.sub(r"\b20[012]\d\b", lambda found: str(int(found[0]) + 1), text)

    return [base, replace(base.reading(*map(later, base.paragraphs)), title=later(base.title))]


def same_boilerplate(shelf: Shelf) -> list[Telling]:
    """Short news of different things under one long boilerplate."""
    stories = shelf.take_some("fi", 3)
    return [each.reading(each.paragraphs[0], each.frame["boilerplate"]) for each in stories]


def same_title(shelf: Shelf) -> list[Telling]:
    title = shelf.dice.pick(("Tiedote", "Hallituksen kokous", "Ajankohtaista juuri nyt"))
    return [replace(each, title=title) for each in shelf.take_some("fi", 3)]


def same_id(shelf: Shelf) -> list[Telling]:
    """Items of one feed that all have one id."""
    return [replace(each, id="guid-1", place=1) for each in shelf.take_some("fi", 3)]


def same_link(shelf: Shelf) -> list[Telling]:
    """Items of one feed that all link to the home page."""
    home = "https://partner2.example/"
    return [replace(each, link=home, place=2) for each in shelf.take_some("fi", 3)]


def translations(shelf: Shelf) -> list[Telling]:
    """One tale in several languages: linked elsewhere, but never one story."""
    return shelf.take_translated()


def follow_up(shelf: Shelf) -> list[Telling]:
    """News that ends with the beginning of older news."""
    older, newer = shelf.take_some("fi", 2)
    older = replace(older, cut=bool(shelf.dice.below(2)))
    return [older, newer.reading(*newer.paragraphs, "Aiemmin kerrottua:", older.paragraphs[0])]


def digest(shelf: Shelf) -> list[Telling]:
    """Three stories, and a bulletin that quotes the beginning of each."""
    stories = shelf.take_some("fi", 3)
    bulletin = stories[0].reading(*(each.paragraphs[0] for each in stories))
    return [*stories, replace(bulletin, title=f"Uutiskooste {shelf.dice.below(50)}")]


def repeated(shelf: Shelf) -> list[Telling]:
    """A source tells the same twice, under two ids and addresses."""
    story = replace(shelf.take(), place=3)
    return [story, story]


def notices(shelf: Shelf) -> list[Telling]:
    """Two offices wish a merry Christmas in the same words."""
    story = shelf.take("fi")
    notice = story.reading(story.frame["notice"])
    return [replace(notice, title="Toimisto on suljettu")] * 2


LOOKALIKES: tuple[Family, ...] = (
    events_by_date,
    events_by_place,
    events_by_hour,
    events_on_tour,
    jobs,
    jobs_elsewhere,
    people,
    weeklies,
    reports,
    later_years,
    same_boilerplate,
    same_title,
    same_id,
    same_link,
    translations,
    follow_up,
    digest,
    repeated,
    notices,
)
