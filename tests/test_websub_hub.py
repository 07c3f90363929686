"""The hub of our own, by what the Recommendation demands of hubs and by what strangers may try."""

import asyncio
import hmac
import logging
from asyncio import StreamWriter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Delivery
from feedhub.store import Store, StoreError
from feedhub.store.sqlite import SqliteStore
from feedhub.websub import lanes, waiting
from feedhub.websub.delivery import PERSISTENCE
from feedhub.websub.house import Content
from feedhub.websub.verification import AGAIN, Bounds, _sender
from feedhub.websub.waiting import LONGEST_PAUSE, pause_after
from feedhub.websub.wishes import (
    LEASE,
    LONGEST_LEASE,
    SHORTEST_LEASE,
    Answer,
    Wish,
    read,
)
from tests.hostile import Asked, head, raw, reply, reset, stalled
from tests.subscribers import (
    ATOM,
    HUB,
    JSON,
    OTHER,
    TOPIC,
    UNKNOWN,
    Scene,
    Subscriber,
    World,
    arguments,
    echo,
    listening,
    play,
)

SECRET = "t0psecret-ääkköset"
NEWS = "<feed>Kylä 2</feed>".encode()
MORE = "<feed>Kylä 3</feed>".encode()
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for that might come together."""
    monkeypatch.setattr(waiting, "GATHERING", 0)


MUSTS: dict[str, Scene] = {}
"""Every MUST of sections 3.1, 5, 7 and 8 that is a hub's, and how it shows."""


def must(sentence: str) -> Callable[[Scene], Scene]:
    def keep(scene: Scene) -> Scene:
        assert sentence not in MUSTS
        MUSTS[sentence] = scene
        return scene

    return keep


@pytest.mark.parametrize("sentence", MUSTS)
def test_recommendation(sentence: str) -> None:
    play(MUSTS[sentence])


# 3.1 and 5: subscribing


@must("3.1 a request with callback, mode and topic is accepted")
async def _(world: World, reader: Subscriber) -> None:
    assert 202 == (await world.wish(reader)).status
    assert [reader.address()] == world.subscribed()


@must("3.1 a request with a secret is accepted")
async def _(world: World, reader: Subscriber) -> None:
    assert 202 == (await world.wish(reader, secret=SECRET)).status
    assert [reader.address()] == world.subscribed()


@must("5.1 parameters that are not understood are ignored")
async def _(world: World, reader: Subscriber) -> None:
    answer = await world.wish(reader, verify="async", verify_token="x", foo="bar")
    assert 202 == answer.status
    assert [reader.address()] == world.subscribed()


@must("5.1 an active subscription can be asked for again, and owes what it owed")
async def _(world: World, reader: Subscriber) -> None:
    reader.when_given = reply(500)
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.given)
    reader.when_given = reply(204)
    await world.quiet()
    await world.wish(reader)
    await world.until(lambda: len(reader.given) > 1)
    assert [NEWS, NEWS] == reader.given
    assert [reader.address()] == world.subscribed()


@must("5.1 a later request overrides the secret and the lease")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, secret="first", lease_seconds="3600")
    await world.wish(reader, secret="second", lease_seconds="7200")
    world.wait(timedelta(seconds=3601))
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert [signed("second", NEWS)] == signatures(reader)


@must("5.1 a later request may do without a secret")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, secret=SECRET)
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert [""] == signatures(reader)


@must("5.1 a request that is not verified leaves the subscription as it was")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, secret="first")
    reader.when_asked = reply(404)
    await world.wish(reader, secret="forged", lease_seconds="3600")
    await world.wish(reader, "unsubscribe")
    world.wait(timedelta(hours=2))
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert [signed("first", NEWS)] == signatures(reader)


@must("5.1 lease_seconds is ignored where somebody unsubscribes")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    answer = await world.wish(reader, "unsubscribe", lease_seconds="for ever")
    assert 202 == answer.status
    assert [] == world.subscribed()


@must("5.1.1 escapes of characters that need none are decoded")
async def _(world: World, reader: Subscriber) -> None:
    written = reader.address("/s%61lainen?%7E=%2f")
    await world.wish(reader, topic=TOPIC.replace("atom", "%61to%6D"), callback=written)
    assert [reader.address("/salainen?~=%2f")] == world.subscribed()


@must("5.1.1 the callback's own query is kept, in front of what is appended")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, callback=reader.address("/cb?foo=bar&hub.mode=mine&red"))
    assert reader.questions[0].target.startswith("/cb?foo=bar&hub.mode=mine&red&hub.mode=subscribe")


@must("5.1.2 the answer is 202, and comes before any verification")
async def _(world: World, reader: Subscriber) -> None:
    answer = await world.request(mode="subscribe", topic=TOPIC, callback=reader.address())
    assert (202, []) == (answer.status, reader.questions)


@must("5.1.2 a faulty request is answered by an error in plain text")
async def _(world: World, reader: Subscriber) -> None:
    answer = await world.request(mode="subscribe", topic=TOPIC)
    assert 400 == answer.status
    assert "hub.callback" in answer.text
    assert 0 == reader.connections


@must("5.1.2 the answer does not depend on validation")
async def _(world: World, reader: Subscriber) -> None:
    assert await world.wish(reader) == await world.wish(reader, topic=UNKNOWN)


@must("5.2 an accepted subscription is verified")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    assert ["subscribe"] == [each["hub.mode"] for each in reader.asked]


@must("5.2 who is denied is told so, with the topic")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, topic=UNKNOWN)
    (said,) = reader.asked
    assert ("denied", UNKNOWN) == (said["hub.mode"], said["hub.topic"])
    assert said["hub.reason"]
    assert [] == world.subscribed(UNKNOWN)


@must("5.3 a subscription is verified by mode, topic, challenge and lease")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, lease_seconds="86400")
    (asked,) = reader.asked
    assert {"hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds"} == {*asked}
    assert ("subscribe", TOPIC) == (asked["hub.mode"], asked["hub.topic"])
    assert "86400" == asked["hub.lease_seconds"]


@must("5.3 an end of a subscription is verified")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    await world.wish(reader, "unsubscribe")
    assert ["subscribe", "unsubscribe"] == [each["hub.mode"] for each in reader.asked]
    assert [] == world.subscribed()


@must("5.3.1 redirects, refusals and errors are no consent")
async def _(world: World, reader: Subscriber) -> None:
    for status in (301, 302, 307, 400, 401, 403, 404, 410):
        reader.when_asked = reply(status, location="/salainen")
        await world.wish(reader)
        assert [] == world.subscribed(), status
    assert 8 == len(reader.asked)


@must("5.3.1 a success that does not echo the challenge is no consent")
async def _(world: World, reader: Subscriber) -> None:
    for body in (b"", b"yes", b"a" * 5_000):
        reader.when_asked = reply(body=body)
        await world.wish(reader)
        assert [] == world.subscribed()


@must("5.3.1 any 2xx with the challenge is consent")
async def _(world: World, reader: Subscriber) -> None:
    async def created(asked: Asked, writer: StreamWriter) -> None:
        await reply(201, arguments(asked)["hub.challenge"].encode())(asked, writer)

    reader.when_asked = created
    await world.wish(reader)
    assert [reader.address()] == world.subscribed()


@must("5.3.1 a lease ends")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, lease_seconds="3600")
    world.wait(timedelta(hours=1))
    await world.publish(NEWS)
    await world.until(lambda: not world.subscribed())
    assert [] == reader.gifts


@must("5.3.1 no lease is for ever")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, lease_seconds="9" * 18)
    assert str(30 * 86_400) == reader.asked[0]["hub.lease_seconds"]


# 7: distribution


@must("7 the body is the full content of the topic")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.given)
    assert [NEWS] == reader.given


@must("7 the media type is the topic's")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    await world.wish(reader, topic=OTHER, callback=reader.address("/toinen"))
    await world.publish(NEWS)
    await world.publish(b"{}", OTHER)
    await world.until(lambda: len(reader.gifts) == 2)
    types = {each.asked.target: each.header("content-type") for each in reader.gifts}
    assert {"/salainen": ATOM, "/toinen": JSON} == types


@must("7 the Link header names the hub and the topic")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"' == reader.gifts[0].header("link")


@must("7 all answers but 2xx and 410 are failures and tried again, redirects too")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader)
    await world.publish(NEWS)
    for tries, status in enumerate((301, 307, 308, 404, 429, 500, 503), 1):
        reader.when_given = reply(status, location=reader.address("/muualla"))
        await world.until(partial(reader.has_got, tries))
        await world.quiet()
        world.wait(LONGEST_PAUSE)
    assert {"/salainen"} == {each.asked.target for each in reader.gifts}
    assert [reader.address()] == world.subscribed()


@must("7 the body of the subscriber's answer is ignored")
async def _(world: World, reader: Subscriber) -> None:
    reader.when_given = stalled(head(200, {"content-length": "99"}), b"never whole")
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    await world.quiet()
    assert 0 == failures(world)


@must("7 a failing subscriber keeps its subscription, and is told of the next news")
async def _(world: World, reader: Subscriber) -> None:
    reader.when_given = reply(500)
    await world.wish(reader)
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    await world.quiet()
    world.wait(PERSISTENCE)
    await world.until(lambda: len(reader.gifts) == 2)
    await world.quiet()
    world.wait(timedelta(days=1))
    assert world.store.next_owed(world.time) is None
    reader.when_given = reply(204)
    await world.publish(MORE)
    await world.until(lambda: MORE in reader.given)
    assert [NEWS, NEWS, MORE] == reader.given


@must("7.1 who gave a secret gets a signature of the body")
async def _(world: World, reader: Subscriber) -> None:
    await world.wish(reader, secret=SECRET)
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert [signed(SECRET, NEWS)] == signatures(reader)


@must("8.3 the callback is used exactly as it was given")
async def _(world: World, reader: Subscriber) -> None:
    target = "/A/../b//c;x=1?q=%C3%A4+%2F&&z#".removesuffix("#")
    await world.wish(reader, callback=reader.address(target))
    await world.publish(NEWS)
    await world.until(lambda: reader.gifts)
    assert target == reader.gifts[0].asked.target


def signed(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def signatures(reader: Subscriber) -> list[str]:
    return [each.header("x-hub-signature") for each in reader.gifts]


def failures(world: World) -> int:
    """Of the one subscription."""
    world.store.note_news({TOPIC: "other"}, now=world.time)
    ((topic, callback, _),) = world.store.owed(world.time)
    delivery = world.store.delivery(topic, callback, now=world.time)
    assert delivery is not None
    return delivery.failures


def test_signature_is_the_one_of_rfc_4231() -> None:
    """Test case 2 of the RFC."""

    async def scene(world: World, reader: Subscriber) -> None:
        await world.wish(reader, secret="Jefe")
        await world.publish(b"what do ya want for nothing?")
        await world.until(lambda: reader.gifts)

    expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert [expected] == signatures(play(scene))


# What a request may not be

GOOD = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": "http://a.fi/cb"}
BAD: dict[str, tuple[bytes | dict[str, str], str]] = {
    "no form": (b"\xff\xfe\x00", "UTF-8"),
    "nothing": (b"", "hub.callback"),
    "bytes that are no UTF-8 in an escape": (b"hub.callback=http://a.fi/%FF%FE", "UTF-8"),
    "a thousand parameters": (b"a=1&" * 1_000, "short form"),
    "a parameter given twice": (urlencode([*GOOD.items(), *GOOD.items()]).encode(), "twice"),
    "no mode": ({"hub.mode": ""}, "hub.mode"),
    "the mode of publishers": ({"hub.mode": "publish"}, "hub.mode"),
    "a mode that is the hub's": ({"hub.mode": "denied"}, "hub.mode"),
    "no topic": ({"hub.topic": ""}, "hub.topic"),
    "a relative topic": ({"hub.topic": "/atom.xml"}, "hub.topic"),
    "an endless topic": ({"hub.topic": TOPIC + "a" * 500}, "longer"),
    "a relative callback": ({"hub.callback": "//a.fi/cb"}, "hub.callback"),
    "a callback of ftp": ({"hub.callback": "ftp://a.fi/cb"}, "hub.callback"),
    "a callback of a script": ({"hub.callback": "javascript:alert(1)"}, "hub.callback"),
    "a callback of a file": ({"hub.callback": "file:///etc/passwd"}, "hub.callback"),
    "a callback with a password": ({"hub.callback": "http://a:b@a.fi/"}, "hub.callback"),
    "a callback with a fragment": ({"hub.callback": "http://a.fi/cb#x"}, "hub.callback"),
    "a callback of two lines": ({"hub.callback": "http://a.fi/\r\nX: y"}, "hub.callback"),
    "a line's end in the host": ({"hub.callback": "http://a.fi\n.example/"}, "hub.callback"),
    "a callback without a host": ({"hub.callback": "http:///cb"}, "hub.callback"),
    "a callback with a space": ({"hub.callback": "http://a.fi/c b"}, "hub.callback"),
    "an endless callback": ({"hub.callback": "http://a.fi/" + "a" * 2_000}, "longer"),
    "a secret of 200 bytes": ({"hub.secret": "a" * 200}, "hub.secret"),
    "a secret of 200 bytes in fewer letters": ({"hub.secret": "ä" * 100}, "hub.secret"),
    "no lease at all": ({"hub.lease_seconds": "0"}, "hub.lease_seconds"),
    "a negative lease": ({"hub.lease_seconds": "-1"}, "hub.lease_seconds"),
    "a lease in words": ({"hub.lease_seconds": "ten days"}, "hub.lease_seconds"),
    "a lease in other digits": ({"hub.lease_seconds": "١٢"}, "hub.lease_seconds"),
    "a lease with a fraction": ({"hub.lease_seconds": "1e9"}, "hub.lease_seconds"),
}


@pytest.mark.parametrize("case", BAD)
def test_faulty_request_is_refused_with_a_reason(case: str) -> None:
    changed, reason = BAD[case]
    body = changed if isinstance(changed, bytes) else urlencode(GOOD | changed).encode()
    answer = read(body)
    assert isinstance(answer, Answer)
    assert 400 == answer.status
    assert reason in answer.text


LEASES = {
    "none asked": ("", LEASE),
    "an hour": ("3600", SHORTEST_LEASE),
    "a second": ("1", SHORTEST_LEASE),
    "eleven days": ("950400", timedelta(days=11)),
    "zeros before it": ("000950400", timedelta(days=11)),
    "a year": ("31536000", LONGEST_LEASE),
}


@pytest.mark.parametrize("case", LEASES)
def test_lease_is_what_was_asked_within_bounds(case: str) -> None:
    asked, expected = LEASES[case]
    wish = read(urlencode(GOOD | {"hub.lease_seconds": asked}).encode())
    assert isinstance(wish, Wish)
    assert expected == wish.lease


def test_secret_of_199_bytes_is_kept() -> None:
    wish = read(urlencode(GOOD | {"hub.secret": "a" * 199}).encode())
    assert isinstance(wish, Wish)
    assert "a" * 199 == wish.secret


def test_empty_secret_is_none() -> None:
    wish = read(urlencode(GOOD | {"hub.secret": ""}).encode())
    assert isinstance(wish, Wish)
    assert wish.secret is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert isinstance(read(body), Wish | Answer)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_form_is_read_or_refused(callback: str, topic: str, secret: str, lease: str) -> None:
    form = {
        "hub.mode": "subscribe",
        "hub.callback": f"http://a.fi/{callback}",
        "hub.topic": f"http://a.fi/{topic}",
        "hub.secret": secret,
        "hub.lease_seconds": lease,
    }
    found = read(urlencode(form, errors="replace").encode())
    if isinstance(found, Wish):
        assert found.callback.isascii()
        assert found.callback.isprintable()
        assert SHORTEST_LEASE <= found.lease <= LONGEST_LEASE


JOINTS = {
    "http://a.fi/cb": "http://a.fi/cb?hub.a=1",
    "http://a.fi/cb?": "http://a.fi/cb?hub.a=1",
    "http://a.fi/cb?x=1": "http://a.fi/cb?x=1&hub.a=1",
    "http://a.fi/cb?x=1&": "http://a.fi/cb?x=1&hub.a=1",
    "http://a.fi": "http://a.fi?hub.a=1",
}


@pytest.mark.parametrize("callback", JOINTS)
def test_arguments_are_appended_to_the_query(callback: str) -> None:
    wish = Wish(mode="subscribe", topic=TOPIC, callback=callback)
    assert JOINTS[callback] == wish.asking(a="1")


# What strangers may try

UNWILLING = {
    "echoes another challenge": reply(body=b"A" * 43),
    "echoes the challenge and more": None,
    "redirects": reply(302, location="http://muu.example.fi/"),
    "closes": raw(),
    "closes rudely": reset,
    "sends no HTTP": raw(b"220 mail.example.fi ESMTP\r\n\r\n"),
    "hangs": stalled(),
    "hangs in its answer": stalled(head(200, {"content-length": "43"})),
    "sends without end": None,
}


@pytest.mark.parametrize("case", UNWILLING)
def test_callback_does_not_agree(case: str) -> None:
    async def more(asked: Asked, writer: StreamWriter) -> None:
        challenge = arguments(asked)["hub.challenge"].encode()
        excess = b"\n" if "more" in case else b"x" * 2_000_000
        await raw(head(200) + challenge + excess)(asked, writer)

    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_asked = UNWILLING[case] or more
        answer = await world.request(mode="subscribe", topic=TOPIC, callback=reader.address())
        assert 202 == answer.status
        await world.until(lambda: reader.connections)
        for again in AGAIN:
            await world.rested()
            world.wait(again)
        await world.until(lambda: not world.hub._verification._waiting)
        assert [] == world.subscribed()

    reader = play(scene, patience=timedelta(milliseconds=100))
    assert reader.connections <= 1 + len(AGAIN)


def test_subscriber_that_was_down_is_asked_once_more() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_asked = reply(503)
        await world.request(mode="subscribe", topic=TOPIC, callback=reader.address())
        await world.until(lambda: reader.asked)
        await world.rested()
        reader.when_asked = echo
        world.wait(AGAIN[0])
        await world.until(world.subscribed)

    first, second = play(scene).asked
    assert first["hub.challenge"] != second["hub.challenge"]
    assert 43 == len(first["hub.challenge"])


def test_forged_end_of_a_subscription_changes_nothing() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        await world.wish(reader)
        reader.when_asked = reply(404)
        assert 202 == (await world.wish(reader, "unsubscribe")).status
        assert [reader.address()] == world.subscribed()

    assert ["subscribe", "unsubscribe"] == [each["hub.mode"] for each in play(scene).asked]


def test_private_callback_is_never_connected_to() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        for name in ("lukija.example.fi", "127.0.0.1", "localhost", "127.1", "2130706433"):
            reader.name = name
            await world.request(mode="subscribe", topic=TOPIC, callback=reader.address())
        for again in AGAIN:
            await world.rested()
            world.wait(again)
        await world.until(lambda: not world.hub._verification._waiting)
        assert [] == world.subscribed()

    assert 0 == play(scene, private=False).connections


def test_private_callback_of_a_kept_subscription_is_not_connected_to() -> None:
    """Its name may have come to mean another address since."""
    reader = Subscriber()

    async def scene(store: Store) -> None:
        before, after = World(store=store), World(store=store, private=False)
        async with before.running():
            await before.wish(reader)
        seen = reader.connections
        async with after.running():
            await after.publish(NEWS)
            await after.until(lambda: store.next_owed(after.time))
        assert seen == reader.connections

    async def whole() -> None:
        with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder))) as store:
            async with listening(reader):
                await scene(store)

    asyncio.run(whole())
    assert 1 == len(reader.asked)


def test_host_that_no_server_can_have_is_refused() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        for host in ("127.1", "a..fi", "-a.fi", "[::1%25eth0]", "a.fi:99999"):
            answer = await world.request(mode="subscribe", topic=TOPIC, callback=f"http://{host}/")
            assert 400 == answer.status, host

    play(scene)


async def _flood(world: World, reader: Subscriber, count: int, **options: str) -> list[int]:
    """Answers to this many requests for callbacks that never answer."""
    return [
        (
            await world.request(
                mode="subscribe",
                topic=TOPIC,
                callback=reader.address(f"/{number}"),
                **options,
            )
        ).status
        for number in range(count)
    ]


def test_flood_for_one_callback_host_is_stopped_and_delays_nobody_else() -> None:
    other = Subscriber(name="toinen.example.fi")

    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_asked = stalled()
        assert [202] * 5 + [429] * 3 == await _flood(world, reader, 8)
        assert (
            202
            == (
                await world.request(
                    peer="192.0.2.9", mode="subscribe", topic=TOPIC, callback=other.address()
                )
            ).status
        )
        await world.until(lambda: world.subscribed() == [other.address()])
        assert reader.connections <= lanes.AT_ONCE

    play(scene, other, bounds=Bounds(waiting_alike=5))


def test_flood_from_one_sender_is_stopped() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        statuses = []
        for number in range(5):
            reader.name = f"lukija-{number}.example.fi"
            statuses += await _flood(world, reader, 1, peer=f"2001:db8::{number}")
        assert [202, 202, 202, 429, 429] == statuses
        assert [202] == await _flood(world, reader, 1, peer="2001:db8:0:1::1")

    play(scene, bounds=Bounds(waiting_alike=3))


SENDERS = {
    "one network": ("2001:db8::1", "2001:db8::2:3:4:5", True),
    "two networks": ("2001:db8::1", "2001:db8:0:1::1", False),
    "one address in two dresses": ("192.0.2.1", "::ffff:192.0.2.1", True),
    "two addresses in one dress": ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    "nobody and somebody": ("", "192.0.2.1", False),
}


@pytest.mark.parametrize("case", SENDERS)
def test_sender_is_known_by_its_network(case: str) -> None:
    one, other, same = SENDERS[case]
    assert same is (_sender(one) == _sender(other))


def test_flood_from_everywhere_is_stopped() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        statuses = []
        for number in range(6):
            reader.name = f"lukija-{number}.example.fi"
            statuses += await _flood(world, reader, 1, peer=f"192.0.2.{number}")
        assert [202, 202, 202, 202, 503, 503] == statuses

    play(scene, bounds=Bounds(waiting=4))


def test_same_wish_again_takes_no_more_room() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_asked = stalled()
        assert [202] * 3 == [(await _flood(world, reader, 1))[0] for _ in range(3)]

    play(scene, bounds=Bounds(waiting=1))


ROOMS = {
    "in all": Bounds(subscriptions=2),
    "at one host": Bounds(at_host=2),
}


@pytest.mark.parametrize("case", ROOMS)
def test_subscription_without_room_is_denied(case: str) -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        for target in ("/1", "/2", "/3", "/2"):
            await world.wish(reader, callback=reader.address(target))
        assert [reader.address("/1"), reader.address("/2")] == world.subscribed()

    modes = [each["hub.mode"] for each in play(scene, bounds=ROOMS[case]).asked]
    assert ["subscribe", "subscribe", "subscribe", "denied", "subscribe"] == modes


# Deliveries


def test_unchanged_bytes_are_not_delivered() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        await world.publish(NEWS)
        await world.wish(reader)
        await world.publish(NEWS)
        await world.publish(MORE)
        await world.until(lambda: reader.given)

    assert [MORE] == play(scene).given


def test_news_during_the_verification_is_delivered() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        async def slowly(asked: Asked, writer: StreamWriter) -> None:
            await world.publish(NEWS)
            await echo(asked, writer)

        reader.when_asked = slowly
        await world.wish(reader)
        await world.until(lambda: reader.given)

    assert [NEWS] == play(scene).given


def test_changes_that_come_while_a_subscriber_is_away_are_one() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_given = reply(503)
        await world.wish(reader)
        await world.publish(NEWS)
        await world.until(lambda: reader.gifts)
        await world.quiet()
        for number in range(5):
            await world.publish(b"%d" % number)
        reader.when_given = reply(204)
        await world.quiet()
        world.wait(pause_after(1))
        await world.until(lambda: len(reader.gifts) > 1)
        await world.quiet()

    assert [NEWS, b"4"] == play(scene).given


def test_change_during_a_delivery_is_delivered_after_it() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        async def slowly(asked: Asked, writer: StreamWriter) -> None:
            if len(reader.gifts) == 1:
                await world.publish(MORE)
            await reply(204)(asked, writer)

        reader.when_given = slowly
        await world.wish(reader)
        await world.publish(NEWS)
        await world.until(lambda: len(reader.gifts) == 2)
        await world.quiet()

    assert [NEWS, MORE] == play(scene).given


def test_what_is_owed_no_more_when_its_turn_comes_is_not_delivered() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        async def slowly(asked: Asked, writer: StreamWriter) -> None:
            await world.until(lambda: len(reader.gifts) == lanes.AT_ONCE)
            for number in range(lanes.AT_ONCE, 8):
                world.store.unsubscribe(TOPIC, reader.address(f"/{number}"))
            await reply(204)(asked, writer)

        reader.when_given = slowly
        for number in range(8):
            await world.wish(reader, callback=reader.address(f"/{number}"))
        await world.publish(NEWS)
        await world.quiet()

    assert lanes.AT_ONCE == len(play(scene).gifts)


def test_many_feeds_that_change_together_are_each_delivered() -> None:
    feeds = [f"https://news.example.fi/topics/{number}/atom.xml" for number in range(20)]

    async def scene(world: World, reader: Subscriber) -> None:
        for feed in feeds:
            world.feeds.contents[feed] = Content(b"", ATOM)
            await world.wish(reader, topic=feed)
        for feed in feeds:
            await world.publish(feed.encode(), feed)
        await world.until(lambda: len(reader.gifts) == 20)

    assert sorted(feed.encode() for feed in feeds) == sorted(play(scene).given)


def test_gone_ends_the_subscription() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_given = reply(410)
        await world.wish(reader)
        await world.publish(NEWS)
        await world.until(lambda: not world.subscribed())

    assert [NEWS] == play(scene).given


def test_pauses_double_up_to_an_hour() -> None:
    pauses = [pause_after(failures).total_seconds() for failures in range(1, 13)]
    assert [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600] == pauses
    assert LONGEST_PAUSE == pause_after(10**9)


def test_failed_delivery_is_tried_again_not_before_its_time() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_given = reply(500)
        await world.wish(reader)
        await world.publish(NEWS)
        for tries in range(1, 5):
            await world.until(partial(reader.has_got, tries))
            await world.quiet()
            due = world.time + pause_after(tries)
            assert due == world.store.next_owed(world.time)
            world.wait(pause_after(tries) - SECOND)
            await world.publish(NEWS + b"%d" % tries)
            await world.quiet()
            assert tries == len(reader.gifts)
            world.wait(SECOND)

    play(scene)


def test_dead_subscriber_does_not_delay_the_rest() -> None:
    readers = [Subscriber(name=f"lukija-{number}.example.fi") for number in range(40)]

    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_given = stalled()
        for target in range(20):
            await world.wish(reader, callback=reader.address(f"/{target}"))
        for each in readers:
            await world.wish(each)
        await world.publish(NEWS)
        await world.until(lambda: all(each.gifts for each in readers))
        # Its own deliveries are still waiting for their turn.
        assert len(reader.gifts) <= lanes.AT_ONCE
        assert [[NEWS]] * 40 == [each.given for each in readers]

    play(scene, *readers)


def test_burst_of_subscribers_is_served() -> None:
    """A hundred here; a thousand in tests.bench.websub."""
    readers = [Subscriber(name=f"lukija-{number}.example.fi") for number in range(100)]

    async def scene(world: World, _reader: Subscriber) -> None:
        for each in readers:
            await world.request(mode="subscribe", topic=TOPIC, callback=each.address())
        await world.until(lambda: len(world.subscribed()) == 100)
        await world.publish(NEWS)
        await world.until(lambda: all(each.gifts for each in readers))

    play(scene, *readers)
    assert [[NEWS]] * 100 == [each.given for each in readers]


def test_what_was_owed_is_delivered_after_a_restart(tmp_path: Path) -> None:
    async def scenario() -> list[bytes]:
        reader = Subscriber()
        async with listening(reader):
            with closing(SqliteStore(tmp_path)) as store:
                world = World(store=store)
                async with world.running():
                    await world.wish(reader, secret=SECRET)
                # The hub stands still while the feed changes.
                await world.publish(NEWS)
            with closing(SqliteStore(tmp_path)) as store:
                world = World(store=store)
                await world.publish(NEWS)
                async with world.running():
                    await world.until(lambda: reader.gifts)
                    await world.quiet()
        assert [signed(SECRET, NEWS)] == signatures(reader)
        return reader.given

    assert [NEWS] == asyncio.run(scenario())


def test_subscription_to_a_feed_that_is_no_more_is_denied_at_the_next_start() -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        await world.wish(reader)
        await world.wish(reader, topic=OTHER)
        later = World(store=world.store)
        del later.feeds.contents[OTHER]
        async with later.running():
            await later.until(lambda: len(reader.asked) == 3)
        assert [reader.address()] == world.subscribed()
        assert [] == world.subscribed(OTHER)

    said = play(scene).asked[-1]
    assert ("denied", OTHER) == (said["hub.mode"], said["hub.topic"])


def test_feed_that_is_not_published_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(world: World, reader: Subscriber) -> None:
        await world.wish(reader)
        world.store.note_news({TOPIC: "something"}, now=world.time)
        monkeypatch.setattr(world.feeds, "content", nothing)
        world.wait(SECOND)
        await world.quiet()

    async def nothing(_address: str) -> None:
        return None

    assert [] == play(scene).gifts


def test_broken_store_is_told_once_and_its_work_is_done_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lanes, "REST", 0)

    async def scene(world: World, reader: Subscriber) -> None:
        await world.wish(reader)
        whole, faults = world.store.delivery, iter([True, True, True])

        def delivery(topic: str, callback: str, *, now: datetime) -> Delivery | None:
            if next(faults, False):
                raise StoreError("disk full")
            return whole(topic, callback, now=now)

        monkeypatch.setattr(world.store, "delivery", delivery)
        await world.publish(NEWS)
        await world.until(lambda: reader.gifts)

    assert [NEWS] == play(scene).given
    assert [
        "lukija.example.fi cannot be served now" in each.message for each in caplog.records
    ] == [True]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_secrets_and_callbacks_are_in_no_log_and_no_record(
    told: pytest.LogCaptureFixture,
) -> None:
    seen: list[object] = []

    async def scene(world: World, reader: Subscriber) -> None:
        reader.when_given = reply(500)
        await world.wish(reader, secret="verysecret")
        await world.publish(NEWS)
        await world.until(lambda: reader.gifts)
        await world.quiet()
        world.wait(LONGEST_PAUSE)
        seen.append(world.store.delivery(TOPIC, reader.address(), now=world.time))
        seen.append(read(urlencode(GOOD | {"hub.secret": "verysecret"}).encode()))
        await world.wish(reader, "unsubscribe")

    play(scene)
    assert "has subscribed" in told.text
    for hidden in ("verysecret", "salainen", "a.fi/cb"):
        assert hidden not in told.text
        assert hidden not in repr(seen)
