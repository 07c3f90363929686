"""Partners' pages are asked little: for a picture, and whether they are gone for good."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.config import load
from feedhub.model import Look
from feedhub.parse import page
from feedhub.parse.page import MAX_BYTES, picture
from feedhub.pipeline import pages
from feedhub.pipeline.hub import Hub
from feedhub.pipeline.hub import clock as hub_clock
from feedhub.pipeline.looks import REST, WINDOW, choose, is_due, is_taken_back, learnt
from tests.instance import MAIN, instance
from tests.misdeeds import stumble
from tests.program import feedhub
from tests.test_daemon import eventually, running

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ALIVE = b"<html><title>Sivu</title></html>"


@dataclass
class Partner:
    """A partner's web site: its posts and their pages, and which pages were asked for."""

    host: str = ""
    posts: dict[str, datetime] = field(default_factory=dict)
    """Publication by path, in the order of the feed."""
    texts: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stuck: Event | None = None
    """Pages answer only when it is set."""

    def address(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def answer(self, path: str) -> tuple[int, bytes]:
        if path == "/feed/":
            return 200, self.feed()
        self.asked.append(path)
        if self.stuck:
            self.stuck.wait(20)
        return self.pages.get(path, (200, ALIVE))

    def feed(self) -> bytes:
        items = "".join(
            f"<item><title>Uutinen {path}</title><link>{self.address(path)}</link>"
            f"<guid>{path}</guid><description>{self.texts.get(path, path)}</description>"
            f"<pubDate>{format_datetime(date, usegmt=True)}</pubDate></item>"
            for path, date in self.posts.items()
        )
        return f'<rss version="2.0"><channel><title>Kylä</title>{items}</channel></rss>'.encode()


@contextmanager
def serving() -> Iterator[Partner]:
    site = Partner()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = site.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            # Whoever asked may have gone.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.host = f"127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Partner]:
    with serving() as opened:
        yield opened


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    return tmp_path / "var"


@dataclass
class Clock:
    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time


def organization(site: Partner, more: str = "", top: str = "") -> str:
    return (
        f'name = "Kylä"\nlanguage = "fi"\n{top}[[feeds]]\nurl = "{site.address("/feed/")}"\n{more}'
    )


async def poll(hub: Hub) -> None:
    async for report in hub.refresh(list(hub.sources.values())):
        assert report.fault is None


# Pictures


def head(*metas: str) -> bytes:
    return f"<!doctype html><head>{''.join(metas)}</head><body>Teksti</body>".encode()


def og(content: str, name: str = "og:image") -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(head(og("https://a.fi/k.jpg")), "https://a.fi/k.jpg", id="the one it names"),
        pytest.param(head(og("/k.jpg")), "https://kyla.fi/k.jpg", id="from the top of the site"),
        pytest.param(head(og("k.jpg")), "https://kyla.fi/u/k.jpg", id="beside the page"),
        pytest.param(
            head(og("https://a.fi/k?a=1&amp;b=2")), "https://a.fi/k?a=1&b=2", id="escaped"
        ),
        pytest.param(
            head('<meta name="twitter:image" content="/k.jpg">'),
            "https://kyla.fi/k.jpg",
            id="as a card",
        ),
        pytest.param(head(og("")), None, id="none, since it is empty"),
        pytest.param(head(og("https://a.fi/favicon.png")), None, id="no icon"),
        pytest.param(head(og("data:image/png;base64,AAAA")), None, id="no picture without address"),
        pytest.param(head(og("javascript:alert(1)")), None, id="no program"),
        pytest.param(head("<!--", og("/k.jpg"), "-->"), None, id="none out of a comment"),
        pytest.param(head("<script>", og("/k.jpg"), "</script>"), None, id="none out of a script"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", None, id="none, since it is no page"),
        pytest.param(b" " * MAX_BYTES + head(og("/k.jpg")), None, id="none from far below"),
    ],
)
def test_picture_of_a_page(page: bytes, expected: str | None) -> None:
    assert expected == picture(page, "text/html", "https://kyla.fi/u/silta")


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [("utf-8", None), ("iso-8859-1", None), ("iso-8859-1", "text/html; charset=iso-8859-1")],
)
def test_picture_is_read_in_the_charset_of_its_page(charset: str, content_type: str | None) -> None:
    page = f'<meta charset="{charset}">{og("https://a.fi/pää.jpg")}'.encode(charset)
    assert "https://a.fi/p%C3%A4%C3%A4.jpg" == picture(page, content_type, "https://a.fi/")


MARKUP = st.sampled_from(
    [
        "<meta ",
        "property=",
        '"og:image"',
        "content=",
        "'",
        '"',
        ">",
        "//a",
        "<!--",
        "\x00",
        "ä",
        "&",
    ]
)


@given(st.lists(MARKUP | st.text(max_size=5), max_size=40).map("".join), st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_page_breaks_the_reading_of_its_picture(text: str, wide: bool) -> None:
    found = picture(
        text.encode("utf-16" if wide else "utf-8", "replace"), None, "https://kyla.fi/u"
    )
    assert found is None or re.fullmatch(r"https?://[!-~]+", found)


def illustrated(hub: Hub) -> dict[str, str | None]:
    return {each.entry.id: each.entry.image for each in hub.store.entries()}


def pictured(site: Partner, *numbers: int) -> None:
    """Posts of one day each, the last the newest, whose pages name pictures."""
    for number in numbers:
        site.posts[f"/{number}"] = NOW - DAY * (20 - number)
        site.pages[f"/{number}"] = (200, head(og(f"/kuvat/{number}.jpg")))


def test_new_entry_without_a_picture_gets_that_of_its_page(tmp_path: Path, site: Partner) -> None:
    site.posts = {"/1": NOW - DAY, "/": NOW}
    site.pages["/1"] = (200, head(og("https://kuvat.example.fi/1.jpg")))
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            assert {"/1": "https://kuvat.example.fi/1.jpg", "/": None} == illustrated(hub)
            lines = [each.text for each in hub.store.logged("kyla/feed", "/1")]
            picture = "image: “” → “https://kuvat.example.fi/1.jpg”"
            assert f"{picture}: the picture that its page names" in lines

    asyncio.run(work())
    assert ["/1"] == site.asked, "and not the home page"
    assert "https://kuvat.example.fi/1.jpg" in (tmp_path / "var/public/feed.json").read_text(
        "utf-8"
    )


def test_pages_are_not_asked_unless_it_is_configured(tmp_path: Path, site: Partner) -> None:
    pictured(site, 1)
    config = instance(tmp_path, kyla=organization(site))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            assert {"/1": None} == illustrated(hub)

    asyncio.run(work())
    assert [] == site.asked


def test_only_pages_of_what_is_new_or_edited_are_asked(tmp_path: Path, site: Partner) -> None:
    pictured(site, *range(1, 8))
    site.pages["/6"] = (404, b"")
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    def where(number: int) -> str:
        return site.address(f"/kuvat/{number}.jpg")

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            assert ["/7", "/6", "/5", "/4", "/3"] == site.asked, "the newest first, and five"
            first = {"/1": None, "/2": None, "/6": None}
            given = {f"/{number}": where(number) for number in (3, 4, 5, 7)}
            assert {**first, **given} == illustrated(hub)

            site.asked.clear()
            site.texts["/4"] = "Korjattu teksti."
            site.pages["/4"] = (200, head(og("/kuvat/40.jpg")))
            site.texts["/5"] = "Tämäkin on korjattu."
            site.pages["/5"] = (503, b"")
            pictured(site, 8)
            await poll(hub)
            assert ["/8", "/5", "/4"] == site.asked
            given |= {"/4": where(40), "/5": where(5), "/8": where(8)}
            assert {**first, **given} == illustrated(hub)

    asyncio.run(work())


def test_picture_of_a_page_is_no_edit(tmp_path: Path, site: Partner) -> None:
    """Whether a page names a picture changes nothing of what makes entries equal."""
    pictured(site, 1)
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            (before,) = hub.store.entries()
            site.posts = {f"/{number}": NOW for number in range(2, 4)} | site.posts
            await poll(hub)
            assert before in list(hub.store.entries())
            assert [] == hub.store.revisions("kyla/feed", "/1")

    asyncio.run(work())
    assert 1 == site.asked.count("/1")


def test_emblem_of_a_site_is_no_entrys_picture(tmp_path: Path, site: Partner) -> None:
    """Publishing systems name it on every page that has no picture."""
    pictured(site, 1, 2, 3)
    emblem = head(og("/tunnus.jpg"))
    site.pages |= {"/1": (200, emblem), "/3": (200, emblem)}
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            shown = {"/1": None, "/2": site.address("/kuvat/2.jpg"), "/3": None}
            assert shown == illustrated(hub)
            pictured(site, 4, 5)
            site.pages["/5"] = site.pages["/2"]
            await poll(hub)
            assert shown | {"/4": site.address("/kuvat/4.jpg"), "/5": None} == illustrated(hub)

    asyncio.run(work())


def test_news_do_not_wait_for_a_page_that_hangs(
    tmp_path: Path, site: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PATIENCE", timedelta(seconds=0.2))
    pictured(site, 1, 2)
    site.stuck = Event()
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            assert {"/1": None, "/2": None} == illustrated(hub)

    asyncio.run(work())
    site.stuck.set()
    assert ["/2"] == site.asked


def test_page_that_breaks_its_reader_is_no_fault_of_the_source(
    tmp_path: Path, site: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong in the worker, the entry is kept without a picture."""
    monkeypatch.setattr(page, "picture", stumble)
    pictured(site, 1)
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            assert {"/1": None} == illustrated(hub)

    asyncio.run(work())
    assert ["/1"] == site.asked


def test_entry_under_a_new_id_is_not_new(tmp_path: Path, site: Partner) -> None:
    pictured(site, 1)
    config = instance(tmp_path, kyla=organization(site, "page_images = true\n"))

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            for number in range(3):
                body = site.feed().replace(b"<guid>/1<", f"<guid>{number}<".encode())
                site.feed = lambda body=body: body  # type: ignore[method-assign, misc]
                await poll(hub)
                del site.feed
            assert 1 == len(list(hub.store.entries()))

    asyncio.run(work())
    assert ["/1"] == site.asked


# What to look at, what to learn of it, and when


def look(id: str = "a", **more: object) -> Look:
    plain = Look(
        source="kyla/feed",
        id=id,
        address=f"https://kyla.fi/{id}",
        published=NOW,
        stands=True,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "looks"),
    [
        pytest.param(None, [], id="nothing when there is nothing"),
        pytest.param(
            "a", [look("b"), look("a", published=NOW - DAY)], id="the older of two never looked at"
        ),
        pytest.param(
            "b", [look("a", looked=NOW), look("b")], id="what was never looked at goes first"
        ),
        pytest.param(
            "b",
            [look("a", looked=NOW), look("b", looked=NOW - DAY)],
            id="what was looked at longest ago",
        ),
        pytest.param(
            "b", [look("a"), look("b", looked=NOW, gone=1)], id="what was gone, before all else"
        ),
        pytest.param(
            "a",
            [look("a"), look("b", looked=NOW, gone=3, stands=False)],
            id="what was withdrawn is not pressing",
        ),
        pytest.param(
            "b",
            [look("a", looked=NOW), look("b", looked=NOW - DAY, gone=3, stands=False)],
            id="but it has its turn",
        ),
        pytest.param(None, [look("", address="https://kyla.fi/")], id="no home page"),
    ],
)
def test_page_is_chosen(expected: str | None, looks: list[Look]) -> None:
    chosen = choose(looks)
    assert expected == (chosen and chosen.id)


@pytest.mark.parametrize(
    ("statuses", "gone", "taken_back"),
    [
        pytest.param([200], 0, False, id="a page that is there"),
        pytest.param([410], 1, False, id="gone once"),
        pytest.param([410, 410], 2, False, id="gone twice"),
        pytest.param([410, 410, 410], 3, True, id="gone three times"),
        pytest.param([410, 410, 200, 410], 1, False, id="any other answer begins anew"),
        pytest.param([410, 410, 404, 410], 1, False, id="not found is another answer"),
        pytest.param([410, 410, 503], 0, False, id="so is a server in trouble"),
        pytest.param([410, None, 410, None, 410], 3, True, id="no answer says nothing"),
        pytest.param([None, None, None], 0, False, id="not even when it lasts"),
    ],
)
def test_looks_in_a_row_are_counted(
    statuses: list[int | None], gone: int, taken_back: bool
) -> None:
    told = look()
    for status in statuses:
        told = learnt(told, status)
    assert (gone, taken_back) == (told.gone, is_taken_back(told))


def test_what_is_withdrawn_is_not_taken_back_again() -> None:
    assert not is_taken_back(look(gone=4, stands=False))


@given(
    st.text(max_size=20),
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
    st.integers(0, 3 * 365 * 24 * 60),
)
def test_looks_are_a_day_apart_however_often_it_is_asked(
    source: str, pauses: list[int], minutes: int
) -> None:
    """The daemon may be off for hours, and started again and again."""
    now, looked = NOW + timedelta(minutes=minutes), list[datetime]()
    for pause in pauses:
        now += timedelta(minutes=20) * pause
        if is_due(source, looked[-1] if looked else None, now):
            looked.append(now)
    assert all(later - earlier >= REST for earlier, later in pairwise(looked))


def test_looks_are_daily_and_spread_over_the_day() -> None:
    hours = [0] * 24
    for number in range(240):
        source = f"kyla-{number}/feed"
        looked = [NOW]
        for hour in range(1, 24 * 10):
            if is_due(source, looked[-1], NOW + HOUR * hour):
                looked.append(NOW + HOUR * hour)
        assert {DAY} == {late - early for early, late in pairwise(looked[1:])}
        hours[looked[-1].hour] += 1
    assert min(hours) > 0
    assert max(hours) < 30, "of 240 sources; ten an hour would be even"


# A page that is gone


def atom(tmp_path: Path) -> str:
    return (tmp_path / "var/public/atom.xml").read_text("utf-8")


async def day(hub: Hub, clock: Clock, days: int = 1) -> None:
    """The daemon's hours, and what it publishes in the end, if anything."""
    for _ in range(24 * days):
        clock.time += HOUR
        await pages.look_around(hub)
    if hub.publisher.stale:
        await hub.publish()


def test_story_whose_page_is_gone_on_three_days_is_taken_back(
    tmp_path: Path, site: Partner
) -> None:
    site.posts = {"/koulu": NOW - DAY, "/silta": NOW - 2 * DAY}
    site.pages["/silta"] = (410, b"Poistettu.")
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock()

    async def work() -> None:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            story = next(each.story for each in hub.store.entries() if each.entry.id == "/silta")
            await day(hub, clock, 2)
            assert ["/silta", "/silta"] == site.asked, "one page a day"
            assert "Uutinen /silta" in atom(tmp_path)

            await day(hub, clock)
            assert "Uutinen /silta" not in atom(tmp_path)
            assert f'<at:deleted-entry ref="{story}"' in atom(tmp_path)
            last = hub.store.logged("kyla/feed", "/silta")[-1]
            assert ("withdrawn", "its page answers 410 Gone") == (last.step, last.text)

            await day(hub, clock)
            assert ["/silta", "/silta", "/silta", "/koulu"] == site.asked
            assert "Uutinen /koulu" in atom(tmp_path)

    asyncio.run(work())


def test_withdrawn_entry_comes_back_only_with_its_page_or_an_edit(
    tmp_path: Path, site: Partner
) -> None:
    site.posts = {"/silta": NOW - 2 * DAY, "/koulu": NOW - DAY}
    site.pages = {"/silta": (410, b""), "/koulu": (410, b"")}
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock()

    def standing(hub: Hub) -> set[str]:
        return {*hub.store.standing("kyla/feed")}

    async def work() -> None:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            await day(hub, clock, 6)
            assert set() == standing(hub)
            site.posts["/uusi"] = clock()
            await poll(hub)
            assert {"/uusi"} == standing(hub), "what is only repeated stays away"

            site.pages.pop("/silta")
            await day(hub, clock, 3)
            site.texts["/koulu"] = "Koulu saa uuden katon."
            await poll(hub)
            assert {"/uusi", "/silta", "/koulu"} == standing(hub)

            await day(hub, clock)
            assert {"/uusi", "/silta"} == standing(hub), "it was edited, and is still gone"

    asyncio.run(work())


def test_restart_looks_at_no_page_again(tmp_path: Path, site: Partner) -> None:
    site.posts = {"/silta": NOW - 2 * DAY, "/koulu": NOW - DAY}
    config = instance(tmp_path, kyla=organization(site))

    async def work() -> None:
        for _ in range(3):
            async with Hub(load(config), now=lambda: NOW) as hub:
                await poll(hub)
                await pages.look_around(hub)

    asyncio.run(work())
    assert ["/silta"] == site.asked


def test_network_failure_is_a_look_that_tells_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with serving() as site:
        site.posts = {"/silta": NOW - 2 * DAY}
        site.pages["/silta"] = (410, b"")
        settings = load(instance(tmp_path, kyla=organization(site)))

        async def gone() -> None:
            async with Hub(settings, now=clock) as hub:
                await poll(hub)
                await pages.look_around(hub)

        asyncio.run(gone())

    async def unreachable() -> tuple[datetime | None, int]:
        async with Hub(settings, now=clock) as hub:
            clock.time += 2 * DAY
            await pages.look_around(hub)
            (told,) = hub.store.looks("kyla/feed", NOW - WINDOW)
            return told.looked, told.gone

    assert (NOW + 2 * DAY, 1) == asyncio.run(unreachable())


def test_look_at_a_former_address_says_nothing_of_the_new_one(
    tmp_path: Path, site: Partner
) -> None:
    site.posts = {"/silta": NOW - 2 * DAY}
    site.pages["/silta"] = (410, b"")
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock()

    async def work() -> list[Look]:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            await day(hub, clock, 2)
            site.posts = {"/uusi-silta": NOW - 2 * DAY}
            moved = site.feed().replace(b"<guid>/uusi-silta", b"<guid>/silta")
            site.feed = lambda: moved  # type: ignore[method-assign]
            await poll(hub)
            return hub.store.looks("kyla/feed", NOW - WINDOW)

    (told,) = asyncio.run(work())
    assert (site.address("/uusi-silta"), None, 0) == (told.address, told.looked, told.gone)


def test_old_entries_and_what_has_no_page_are_not_looked_at(tmp_path: Path, site: Partner) -> None:
    shared = {"/ohjelma#maanantai": NOW, "/ohjelma#tiistai": NOW}
    site.posts = {"/": NOW, **shared, "/silta": NOW - DAY, "/vanha": NOW - WINDOW - HOUR}
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock()

    async def work() -> None:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            await day(hub, clock, 3)

    asyncio.run(work())
    assert {"/silta"} == {*site.asked}


def test_sources_that_are_not_asked_have_no_pages_looked_at(tmp_path: Path, site: Partner) -> None:
    site.posts = {"/silta": NOW - DAY}
    folder = tmp_path / "articles"
    folder.mkdir()
    text = f"---\ntitle: Juttu\nurl: {site.address('/juttu')}\ndate: 2026-11-23\n---\nTeksti.\n"
    (folder / "juttu.md").write_text(text, "utf-8")
    own = f'name = "Toimitus"\nlanguage = "fi"\n[[articles]]\npath = "{folder}"\n'
    config = instance(tmp_path, kyla=organization(site), toimitus=own)
    file = config / "organizations" / "kyla.toml"

    async def work() -> None:
        async with Hub(load(config), now=lambda: NOW) as hub:
            await poll(hub)
            memory = hub.memories["kyla/feed"]
            hub.memories["kyla/feed"] = replace(memory, retired=True)
            await pages.look_around(hub)
            file.write_text(organization(site, top="enabled = false\n"), "utf-8")
            await hub.reconfigure(load(config))
            await pages.look_around(hub)
            assert [] == site.asked
            file.write_text(organization(site), "utf-8")
            await hub.reconfigure(load(config))
            await pages.look_around(hub)

    asyncio.run(work())
    assert ["/silta"] == site.asked


def test_one_round_looks_at_so_many_pages(
    tmp_path: Path, site: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources without pages take nobody's place."""
    monkeypatch.setattr(pages, "LOOKS", 2)
    with serving() as quiet, serving() as second, serving() as third:
        sites = {"aapa": quiet, "kyla": site, "niemi": second, "saari": third}
        for each in (site, second, third):
            each.posts = {"/silta": NOW - DAY}
        config = instance(tmp_path, **{slug: organization(each) for slug, each in sites.items()})

        async def work() -> list[int]:
            async with Hub(load(config), now=lambda: NOW) as hub:
                await poll(hub)
                counts = []
                for _ in range(3):
                    await pages.look_around(hub)
                    counts.append(sum(len(each.asked) for each in sites.values()))
                return counts

        assert [2, 3, 3] == asyncio.run(work())


def test_clock_that_is_set_back_costs_one_look(tmp_path: Path, site: Partner) -> None:
    site.posts = {"/silta": NOW - 2 * DAY}
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock(NOW + 365 * DAY)
    site.posts["/joulu"] = clock() - DAY

    async def work() -> None:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            await pages.look_around(hub)
            assert ["/joulu"] == site.asked
            clock.time = NOW
            for _ in range(3):
                await pages.look_around(hub)

    asyncio.run(work())
    assert ["/joulu", "/silta"] == site.asked


def test_what_looks_told_is_forgotten_with_the_journal(tmp_path: Path, site: Partner) -> None:
    site.posts = {"/silta": NOW - 2 * DAY, "/koulu": NOW - DAY}
    site.pages["/silta"] = (410, b"")
    config = instance(tmp_path, kyla=organization(site))
    clock = Clock()

    async def work() -> None:
        async with Hub(load(config), now=clock) as hub:
            await poll(hub)
            await day(hub, clock, 5)
            hub.store.forget(clock() + DAY)
            told = hub.store.looks("kyla/feed", NOW - WINDOW)
            assert {"/silta": 4, "/koulu": 0} == {each.id: each.gone for each in told}
            assert {"/koulu"} == {each.id for each in told if each.looked is None}

    asyncio.run(work())


def test_daemon_looks_at_pages_and_a_single_poll_does_not(tmp_path: Path, site: Partner) -> None:
    today = hub_clock()
    site.posts = {"/silta": today - 2 * DAY, "/koulu": today - DAY}
    config = instance(tmp_path, kyla=organization(site))
    (config / "feedhub.toml").write_text(MAIN, "utf-8")
    assert 0 == feedhub(config, "poll").returncode
    assert [] == site.asked
    site.stuck = Event()
    with running(config) as daemon:
        assert eventually(lambda: ["/silta"] == site.asked)
        assert daemon.stop() == 0, "it waits for no page"
        assert "Traceback" not in "".join(daemon.log)
    site.stuck.set()
    with running(config) as daemon:
        assert eventually(lambda: ["/silta", "/silta"] == site.asked)
        assert daemon.stop() == 0
