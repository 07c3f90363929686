"""Telling of changed feeds: what publishers must do, a hub elsewhere, and the house around it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from feedhub.config import Settings, load
from feedhub.fetch.callbacks import Callbacks
from feedhub.model import Fault
from feedhub.pipeline import telling
from feedhub.pipeline.telling import Telling
from feedhub.publish.channels import Channel
from feedhub.publish.feeds import Feeds as Writer
from feedhub.publish.representation import media_type
from feedhub.store import StoreError
from feedhub.store.sqlite import SqliteStore
from feedhub.web.app import create_app
from feedhub.web.files import feed_links
from feedhub.web.routes import hub_route
from feedhub.websub import waiting
from feedhub.websub.publisher import PERSISTENCE, Publisher
from feedhub.websub.waiting import pause_after
from tests.face import ask, published
from tests.fetching import AGENT, NO_TLS, limits
from tests.hostile import CHUNKED, endless, head, raw, reply, stalled
from tests.instance import feeds, instance
from tests.markup import hub as site
from tests.subscribers import (
    OTHER,
    TOPIC,
    UNKNOWN,
    Subscriber,
    World,
    everywhere,
    in_store,
    listening,
)

NEWS = "<feed>Kylä 2</feed>".encode()
MORE = "<feed>Kylä 3</feed>".encode()
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for that might come together."""
    monkeypatch.setattr(waiting, "GATHERING", 0)


# 4: what is advertised


def test_4_link_header_of_a_feed_names_one_self_and_the_hub(tmp_path: Path) -> None:
    links = feed_links("https://news.example.fi/", "https://hub.example.net/")
    app = create_app(published(tmp_path / "public"), links=links)
    for name in ("atom.xml", "rss.xml", "feed.json"):
        expected = (
            f'<https://news.example.fi/{name}>; rel="self", <https://hub.example.net/>; rel="hub"'
        )
        for method in ("GET", "HEAD"):
            assert [expected] == ask(app, f"/{name}", method).headers.get_list("link")


def test_4_feed_itself_names_one_self_and_the_hub() -> None:
    writer = Writer(site(), hub="https://hub.example.net/")
    rels = {}
    for output in writer.channel(Channel("", "Uutisvirta", "fi"), [], deleted=[], archive=None):
        if output.name.endswith(".xml"):
            links = ET.fromstring(output.body).iter("{http://www.w3.org/2005/Atom}link")
            named = [(each.get("rel"), each.get("href")) for each in links]
            rels[output.name] = [pair for pair in named if pair[0] in {"hub", "self"}]
    for name in ("atom.xml", "rss.xml"):
        assert ("self", f"{site().url}{name}") in rels[name]
        assert ("hub", "https://hub.example.net/") in rels[name]
        assert 2 == len(rels[name])


# 6: what a hub elsewhere is told

Scene = Callable[["Told", Subscriber], Awaitable[None]]


class Told(World):
    """A house whose hub is elsewhere, and answers on loopback."""

    def elsewhere(self, reader: Subscriber) -> Publisher:
        self.publisher = Publisher(self.house, reader.address("/hub?key=1"))
        return self.publisher

    async def change(self, *changes: tuple[str, bytes]) -> None:
        """New bytes of these feeds are served, then announced."""
        for topic, body in changes:
            content = self.feeds.contents[topic]
            self.feeds.contents[topic] = type(content)(body, content.media_type)
        await self.publisher.announce([topic for topic, _ in changes])

    def pass_on(self, span: timedelta) -> None:
        self.time += span
        self.publisher._bell.ring()

    def owes_nothing(self) -> bool:
        return not self.store.untold(self.time - PERSISTENCE)

    async def failed(self, times: int) -> None:
        await self.until(lambda: self.publisher._failures == times)


def tell(scene: Scene, folder: Path, **options: Any) -> Subscriber:
    """Play a scene with a running publisher and a hub; returns the hub."""
    hub = Subscriber(name="hub.example.net")

    async def whole() -> None:
        with closing(SqliteStore(folder)) as store:
            world = Told(store=store, **options)
            async with listening(hub), world.running(world.elsewhere(hub)):
                await scene(world, hub)

    asyncio.run(whole())
    return hub


def topics(hub: Subscriber) -> list[str]:
    return [each.form["hub.topic"] for each in hub.gifts]


def test_6_hub_is_told_which_feed_has_changed(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        await world.change((TOPIC, NEWS))
        await world.until(lambda: hub.gifts)
        await world.until(world.owes_nothing)

    (ping,) = tell(scene, tmp_path).gifts
    assert {"hub.mode": "publish", "hub.url": TOPIC, "hub.topic": TOPIC} == ping.form
    assert "application/x-www-form-urlencoded" == ping.header("content-type")
    assert AGENT == ping.header("user-agent")
    assert "/hub?key=1" == ping.asked.target


def test_6_hub_is_told_after_the_bytes_are_served(tmp_path: Path) -> None:
    """Whoever is told and looks at once finds them."""
    seen = []

    async def scene(world: Told, hub: Subscriber) -> None:
        async def look(asked: Any, writer: Any) -> None:
            seen.append(world.feeds.contents[TOPIC].body)
            await reply(204)(asked, writer)

        hub.when_given = look
        await world.change((TOPIC, NEWS))
        await world.until(world.owes_nothing)

    tell(scene, tmp_path)
    assert [NEWS] == seen


def test_each_changed_feed_is_told_and_no_other(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        await world.change((TOPIC, NEWS), (OTHER, NEWS))
        await world.until(world.owes_nothing)
        await world.change((TOPIC, NEWS), (OTHER, MORE))
        await world.until(world.owes_nothing)
        await world.publisher.announce([UNKNOWN])
        assert world.owes_nothing()

    assert [TOPIC, OTHER, OTHER] == topics(tell(scene, tmp_path))


def test_changes_that_come_while_the_hub_is_away_are_one(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(503)
        for number in range(5):
            await world.change((TOPIC, b"%d" % number))
        await world.failed(1)
        hub.when_given = reply(204)
        world.pass_on(pause_after(1))
        await world.until(world.owes_nothing)

    assert [TOPIC, TOPIC] == topics(tell(scene, tmp_path))


def test_hub_that_is_away_is_asked_at_growing_intervals_whatever_changes(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(503)
        await world.change((TOPIC, NEWS))
        for failures in range(1, 5):
            await world.failed(failures)
            assert failures == len(hub.gifts)
            world.pass_on(pause_after(failures) - timedelta(seconds=1))
            await world.change((OTHER, b"%d" % failures))
            assert world.time + timedelta(seconds=1) == await world.publisher.tell()
            assert failures == len(hub.gifts)
            world.pass_on(timedelta(seconds=1))

    tell(scene, tmp_path)


LATER = {
    "closes": raw(),
    "hangs": stalled(),
    "is overloaded": reply(429),
    "has a fault": reply(500),
}


@pytest.mark.parametrize("case", LATER)
def test_hub_that_does_not_take_it_is_told_again(case: str, tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = LATER[case]
        await world.change((TOPIC, NEWS))
        await world.failed(1)
        hub.when_given = reply(202)
        world.pass_on(pause_after(1))
        await world.until(world.owes_nothing)

    hub = tell(scene, tmp_path, patience=timedelta(milliseconds=200))
    assert [TOPIC, TOPIC] == topics(hub)


def test_fault_with_one_feed_keeps_no_other_back(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        async def picky(asked: Any, writer: Any) -> None:
            await reply(500 if hub.gifts[-1].form["hub.url"] == TOPIC else 204)(asked, writer)

        hub.when_given = picky
        await world.change((TOPIC, NEWS), (OTHER, NEWS))
        await world.failed(1)
        assert {TOPIC: 1} == world.store.untold(world.time)

    assert [TOPIC, OTHER] == topics(tell(scene, tmp_path))


REFUSALS = {"refuses": 400, "does not know how": 404, "leads on": 308}


@pytest.mark.parametrize("case", REFUSALS)
def test_hub_that_refuses_is_not_asked_again(
    case: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(REFUSALS[case], location="/muualla")
        await world.change((TOPIC, NEWS))
        await world.until(world.owes_nothing)

    assert [TOPIC] == topics(tell(scene, tmp_path))
    assert f"refuses news of {TOPIC}: {REFUSALS[case]}" in caplog.text


def test_feed_that_is_no_more_is_not_told_of(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        world.store.note_news({UNKNOWN: "0"}, now=world.time)
        world.pass_on(timedelta(0))
        await world.until(world.owes_nothing)

    assert [] == tell(scene, tmp_path).gifts


def test_news_of_yesterday_are_not_told(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(503)
        await world.change((TOPIC, NEWS))
        await world.failed(1)
        world.time += PERSISTENCE + timedelta(seconds=1)
        assert await world.publisher.tell() is None

    assert [TOPIC] == topics(tell(scene, tmp_path))


def test_what_was_not_told_is_told_after_a_restart(tmp_path: Path) -> None:
    async def before(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(503)
        await world.change((TOPIC, NEWS))
        await world.failed(1)

    async def after(world: Told, hub: Subscriber) -> None:
        await world.until(world.owes_nothing)

    assert [TOPIC] == topics(tell(before, tmp_path))
    assert [TOPIC] == topics(tell(after, tmp_path))


def test_change_while_the_hub_is_told_is_told_as_well(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        async def slowly(asked: Any, writer: Any) -> None:
            if len(hub.gifts) == 1:
                await world.change((TOPIC, MORE))
            await reply(204)(asked, writer)

        hub.when_given = slowly
        await world.change((TOPIC, NEWS))
        await world.until(world.owes_nothing)

    assert [TOPIC, TOPIC] == topics(tell(scene, tmp_path))


def test_trouble_with_the_hub_is_told_once_and_so_is_its_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        hub.when_given = reply(503)
        await world.change((TOPIC, NEWS))
        for failures in range(1, 4):
            await world.failed(failures)
            world.pass_on(pause_after(failures))
        await world.failed(4)
        hub.when_given = reply(204)
        world.pass_on(pause_after(4))
        await world.until(lambda: not world.publisher._failures)

    caplog.set_level("INFO")
    tell(scene, tmp_path)
    said = [each.message for each in caplog.records if each.name == "feedhub.websub.publisher"]
    assert 2 == len(said)
    assert "cannot be told now" in said[0]
    assert "has been told of everything" in said[1]


def test_private_hub_is_not_connected_to(tmp_path: Path) -> None:
    async def scene(world: Told, hub: Subscriber) -> None:
        await world.change((TOPIC, NEWS))
        await world.failed(1)

    assert 0 == tell(scene, tmp_path, private=False).connections


# The requests themselves


def call(handler: Any, *, method: str = "get", **options: Any) -> tuple[Any, Subscriber]:
    """What comes of a request to a server that answers like this."""
    server = Subscriber(when_asked=handler, when_given=handler)

    async def scenario() -> Any:
        bounds = limits(deadline=timedelta(milliseconds=200), **options)
        callbacks = Callbacks(bounds, AGENT, tls=NO_TLS, lookup=everywhere)
        async with listening(server):
            if method == "get":
                return await callbacks.get(server.address("/cb?a=b"))
            return await callbacks.post(server.address("/cb?a=b"), NEWS, FORM)

    return asyncio.run(scenario()), server


ANSWERS: dict[str, tuple[Any, Any]] = {
    "a short body": (reply(200, b"yes"), (200, b"yes")),
    "a body in chunks": (raw(CHUNKED, b"3\r\nyes\r\n0\r\n\r\n"), (200, b"yes")),
    "no body": (raw(head(204)), (204, b"")),
    "a long body": (reply(200, b"a" * 1_025), (200, b"")),
    "an endless body": (endless(head(200), b"a" * 65_536), (200, b"")),
    "a redirect": (reply(302, b"no", location="/cb"), (302, b"")),
    "an error with a body": (reply(500, b"no"), (500, b"")),
    "nothing": (stalled(), "timeout"),
    "half a header": (stalled(b"HTTP/1.1 200 OK\r\n"), "timeout"),
    "half a body": (stalled(head(200, {"content-length": "9"}), b"a"), "timeout"),
    "a cut body": (raw(head(200, {"content-length": "9"}), b"a"), "truncated"),
    "no HTTP": (raw(b"220 mail.example.fi\r\n\r\n"), "protocol"),
    "the end": (raw(), "disconnected"),
    "an endless header": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65_536), "protocol"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_get_gives_status_and_short_body_or_a_fault(case: str) -> None:
    handler, expected = ANSWERS[case]
    answer, server = call(handler)
    assert expected == (answer.code if isinstance(answer, Fault) else answer)
    assert 1 == server.connections


def test_post_gives_the_status_and_reads_no_body() -> None:
    answer, server = call(stalled(head(200, {"content-length": "9"}), b"a"), method="post")
    assert 200 == answer
    (given,) = server.gifts
    assert (NEWS, str(len(NEWS))) == (given.body, given.header("content-length"))
    assert (AGENT, "close") == (given.header("user-agent"), given.header("connection"))
    assert "/cb?a=b" == given.asked.target


def test_post_is_not_led_on() -> None:
    answer, server = call(reply(307, location="/muualla"), method="post")
    assert (307, 1) == (answer, server.connections)


@pytest.mark.parametrize("method", ["get", "post"])
def test_private_address_is_a_fault_without_a_connection(method: str) -> None:
    answer, server = call(reply(200), method=method, allow_networks=())
    assert "forbidden-address" == answer.code
    assert 0 == server.connections


def test_address_that_is_none_is_a_fault() -> None:
    async def scenario() -> list[int | Fault]:
        callbacks = Callbacks(limits(), AGENT, tls=NO_TLS, lookup=everywhere)
        return [
            await callbacks.post(address, b"", {})
            for address in ("", "ftp://a.fi/", "http://127.1/", "http://a.fi:0/")
        ]

    for answer in asyncio.run(scenario()):
        assert isinstance(answer, Fault)
        assert "bad-address" == answer.code


def test_header_that_cannot_be_sent_is_a_fault() -> None:
    async def scenario() -> int | Fault:
        callbacks = Callbacks(limits(), AGENT, tls=NO_TLS, lookup=everywhere)
        return await callbacks.post("http://127.0.0.1:9/", b"", {"link": "a\r\nb: c"})

    answer = asyncio.run(scenario())
    assert isinstance(answer, Fault)
    assert "protocol" == answer.code


# The hub's place in the HTTP face


class Desk:
    """Takes forms."""

    def __init__(self) -> None:
        self.forms: list[tuple[bytes, str]] = []

    async def take(self, body: bytes, peer: str) -> tuple[int, str]:
        self.forms.append((body, peer))
        return 202, "Accepted.\n"


def post(
    desk: Desk, public: Path, body: Any, method: str = "POST", **fields: str
) -> httpx.Response:
    async def asked() -> httpx.Response:
        app = create_app(published(public), routes=[hub_route(desk.take)])
        transport = httpx.ASGITransport(app, client=("192.0.2.1", 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            named = {name.replace("_", "-"): value for name, value in (FORM | fields).items()}
            return await client.request(method, "/websub", content=body, headers=named)

    return asyncio.run(asked())


def test_form_reaches_the_hub_with_its_sender(tmp_path: Path) -> None:
    desk = Desk()
    answer = post(desk, tmp_path / "public", b"hub.mode=subscribe")
    assert [(b"hub.mode=subscribe", "192.0.2.1")] == desk.forms
    assert (202, "Accepted.\n") == (answer.status_code, answer.text)
    assert "text/plain; charset=utf-8" == answer.headers["content-type"]
    assert "nosniff" == answer.headers["x-content-type-options"]


async def _pieces() -> Any:
    for _ in range(9):
        yield b"a" * 1_000


FACES: dict[str, tuple[int, dict[str, Any]]] = {
    "a form of 8 KiB": (202, {"body": b"a" * 8_192}),
    "a larger form": (413, {"body": b"a" * 8_193}),
    "a form in too many pieces": (413, {"body": _pieces()}),
    "a charset named": (
        202,
        {"body": b"", "content_type": f"{FORM['content-type']}; charset=UTF-8"},
    ),
    "JSON": (415, {"body": b"{}", "content_type": "application/json"}),
    "a form with files": (415, {"body": b"", "content_type": "multipart/form-data"}),
    "a look at it": (405, {"body": b"", "method": "GET"}),
}


@pytest.mark.parametrize("case", FACES)
def test_only_small_forms_are_taken(case: str, tmp_path: Path) -> None:
    status, request = FACES[case]
    desk = Desk()
    assert status == post(desk, tmp_path / "public", **request).status_code
    assert (status == 202) is bool(desk.forms)


def test_form_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless() -> Any:
        yield b"hub.mode="
        await asyncio.Event().wait()

    monkeypatch.setattr("feedhub.web.routes.FORM_SECONDS", 0.05)
    app = create_app(published(tmp_path / "public"), routes=[hub_route(Desk().take)])
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/websub",
        "query_string": b"",
        "headers": [(b"content-type", FORM["content-type"].encode())],
    }
    pieces = endless()

    async def receive() -> Any:
        return {"type": "http.request", "body": await anext(pieces), "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    async def asked() -> None:
        await app(scope, receive, send)

    asyncio.run(asked())
    assert 408 == sent[0]["status"]


# In the house


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "var")) as opened:
        yield opened


def settings(folder: Path, hub: str | None) -> Settings:
    """An instance with this hub, whose state is in the same folder."""
    config = instance(folder, kyla=feeds("Kylä", ["https://kyla.example.fi/feed/"]))
    if hub:
        with (config / "feedhub.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[websub]\nhub = "{hub}"\n')
    return load(config, {})


def house(folder: Path, store: SqliteStore, hub: str | None, world: World) -> Telling:
    told = Telling(store, in_store, lambda: world.time)
    told.use(settings(folder, hub), ("", "topics/matkailu/"))
    return told


def put(folder: Path, name: str, body: bytes) -> str:
    """Publish a file; returns its name."""
    path = folder / "var" / "public" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return name


async def run_until(told: Telling, world: World, condition: Callable[[], Any]) -> None:
    task = asyncio.create_task(told.run())
    async with asyncio.timeout(10):
        await world.until(condition)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_house_tells_a_hub_elsewhere_of_the_feeds_that_differ(
    tmp_path: Path, store: SqliteStore
) -> None:
    async def scenario() -> list[str]:
        hub, world = Subscriber(name="127.0.0.1"), World(store=store)
        async with listening(hub):
            told = house(tmp_path, store, hub.address("/"), world)
            names = ["topics/matkailu/atom.xml", "index.html", "atom.xml.gz"]
            await told.announce([put(tmp_path, name, NEWS) for name in names])
            await run_until(told, world, lambda: hub.gifts)
            # What nobody announced is found at the next start.
            put(tmp_path, "rss.xml", NEWS)
            await run_until(told, world, lambda: len(hub.gifts) == 2)
            return topics(hub)

    base = "https://news.example.fi/"
    assert [f"{base}topics/matkailu/atom.xml", f"{base}rss.xml"] == asyncio.run(scenario())


def test_house_tells_once_where_no_daemon_runs(tmp_path: Path, store: SqliteStore) -> None:
    async def scenario() -> list[str]:
        hub, world = Subscriber(name="127.0.0.1"), World(store=store)
        async with listening(hub):
            told = house(tmp_path, store, hub.address("/"), world)
            await told.announce([put(tmp_path, "atom.xml", NEWS)])
            await told.once()
            return topics(hub)

    assert [TOPIC] == asyncio.run(scenario())


def test_house_with_a_hub_of_its_own_delivers_the_served_bytes(
    tmp_path: Path, store: SqliteStore
) -> None:
    async def scenario() -> Subscriber:
        reader, world = Subscriber(name="127.0.0.1"), World(store=store)
        put(tmp_path, "atom.xml", MORE)
        async with listening(reader):
            told = house(tmp_path, store, "self", world)
            form = f"hub.mode=subscribe&hub.topic={TOPIC}&hub.callback={reader.address()}"
            assert 202 == (await told.request(form.encode(), "192.0.2.1")).status
            await run_until(told, world, world.subscribed)
            await told.announce([put(tmp_path, "atom.xml", NEWS)])
            await told.once()
            await run_until(told, world, lambda: reader.gifts)
        return reader

    (given,) = asyncio.run(scenario()).gifts
    assert (NEWS, media_type("atom.xml")) == (given.body, given.header("content-type"))
    assert '<https://news.example.fi/websub>; rel="hub"' in given.header("link")


@pytest.mark.parametrize("hub", [None, "https://hub.example.net/"])
def test_house_without_a_hub_of_its_own_takes_no_subscriptions(
    hub: str | None, tmp_path: Path, store: SqliteStore
) -> None:
    told = house(tmp_path, store, hub, World(store=store))
    assert 404 == asyncio.run(told.request(b"", "192.0.2.1")).status


def test_house_without_a_hub_remembers_nothing(tmp_path: Path, store: SqliteStore) -> None:
    async def scenario() -> None:
        world = World(store=store)
        told = house(tmp_path, store, None, world)
        await told.announce([put(tmp_path, "atom.xml", NEWS)])
        await told.once()
        await run_until(told, world, lambda: True)

    asyncio.run(scenario())
    assert 0 == store.news(TOPIC)


def test_changed_settings_take_effect_while_it_runs(tmp_path: Path, store: SqliteStore) -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        first, second = (Subscriber(name="127.0.0.1") for _ in range(2))
        world = World(store=store)
        async with listening(first, second):
            told = house(tmp_path / "a", store, first.address("/"), world)
            task = asyncio.create_task(told.run())
            await told.announce([put(tmp_path / "a", "atom.xml", NEWS)])
            await world.until(lambda: first.gifts and not store.untold(world.time))
            other = settings(tmp_path / "b", second.address("/"))
            put(tmp_path / "b", "atom.xml", MORE)
            told.use(other, [""])
            told.use(other, [""])
            await world.until(lambda: second.gifts)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return topics(first), topics(second)

    assert ([TOPIC], [TOPIC]) == asyncio.run(scenario())


def test_broken_store_is_in_nobodys_way_and_nothing_is_forgotten(
    tmp_path: Path,
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(telling, "REST", 0)
    world = World(store=store)
    whole, faults = store.note_news, iter([True, True])

    def note(*args: Any, **named: Any) -> set[str]:
        if next(faults, False):
            raise StoreError("the disk is full")
        return whole(*args, **named)

    async def scenario() -> list[str]:
        hub = Subscriber(name="127.0.0.1")
        monkeypatch.setattr(store, "note_news", note)
        async with listening(hub):
            told = house(tmp_path, store, hub.address("/"), world)
            await told.announce([put(tmp_path, "atom.xml", NEWS)])
            assert 0 == store.news(TOPIC)
            await run_until(told, world, lambda: hub.gifts)
            return topics(hub)

    assert [TOPIC] == asyncio.run(scenario())
    assert "will be told later: the disk is full" in caplog.text
    assert "nobody can be told of news now" in caplog.text


def test_what_the_store_would_not_keep_is_kept_with_the_next(
    tmp_path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> set[str]:
        raise StoreError("the disk is full")

    async def scenario() -> None:
        told = house(tmp_path, store, "self", World(store=store))
        with monkeypatch.context() as broken:
            broken.setattr(store, "note_news", full)
            await told.announce([put(tmp_path, "atom.xml", NEWS)])
        await told.announce([put(tmp_path, "index.html", NEWS)])

    asyncio.run(scenario())
    assert 1 == store.news(TOPIC)
