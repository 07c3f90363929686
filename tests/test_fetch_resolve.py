"""Names to addresses: each looked up once at a time, none holding up the others."""

import asyncio
import threading
from datetime import timedelta
from socket import EAI_AGAIN, gaierror

import pytest

from feedhub.fetch import connect, faults, resolve
from feedhub.fetch.connect import Line, _by_turns
from feedhub.fetch.resolve import Resolver, system_lookup
from feedhub.model import Failed, Fetched, Outcome
from tests.fetching import ask, fault_of, limits, resolver, web
from tests.hostile import FEED, reply, serving
from tests.samples import source


def test_numbers_are_not_looked_up() -> None:
    names = resolver()
    for address in ("127.0.0.1", "::1"):
        assert (address,) == asyncio.run(Resolver(names).addresses(address))
    assert [] == names.questions


def test_the_system_knows_this_machine() -> None:
    assert {"127.0.0.1", "::1"} & set(system_lookup("localhost"))


@pytest.mark.parametrize("host", ["a" * 300, "a..b", "kyla.invalid"])
def test_the_system_says_no_in_one_way(host: str) -> None:
    with pytest.raises(OSError):
        system_lookup(host)


class Silent:
    """Answers for "good", and for nothing else until it is let."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.let = threading.Event()

    def __call__(self, host: str) -> tuple[str, ...]:
        self.questions.append(host)
        if host.startswith("silent"):
            self.let.wait(30)
        return ("127.0.0.1",)


def test_a_name_is_looked_up_once_for_all_who_ask() -> None:
    async def scenario() -> tuple[list[tuple[str, ...]], list[str]]:
        names = Silent()
        asked = Resolver(names)
        polls = [asyncio.create_task(asked.addresses("silent.fi")) for _ in range(9)]
        await asyncio.sleep(0.05)
        names.let.set()
        found = await asyncio.gather(*polls)
        await asked.addresses("silent.fi")
        return found, names.questions

    found, questions = asyncio.run(scenario())
    assert [("127.0.0.1",)] * 9 == found
    assert ["silent.fi"] * 2 == questions


def test_silent_name_servers_hold_up_nobody() -> None:
    async def scenario() -> tuple[list[Outcome], list[Outcome]]:
        names = Silent()
        bounds = limits(idle=timedelta(seconds=0.3), allow_networks=("127.0.0.1",))
        async with serving(reply(body=FEED)) as server, web(bounds, lookup=names) as asker:
            port = server.address.rpartition(":")[2]
            silent = [source(url=f"http://silent{n}.fi/") for n in range(20)]
            good = [source(url=f"http://good{n}.fi:{port}/") for n in range(5)]
            first = asyncio.gather(*[ask(each, by=asker) for each in silent])
            second = await asyncio.gather(*[ask(each, by=asker) for each in good])
            third = await first
            names.let.set()
            return second, third

    good, silent = asyncio.run(scenario())
    assert all(isinstance(each, Fetched) for each in good)
    assert ["dns"] * 20 == [fault_of(each) for each in silent]


def test_there_are_so_many_threads_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "THREADS", 3)

    async def scenario() -> tuple[int, int]:
        names = Silent()
        asked = Resolver(names)
        polls = [asyncio.create_task(asked.addresses(f"silent{n}.fi")) for n in range(9)]
        await asyncio.sleep(0.1)
        during = len(names.questions)
        polls.pop().cancel()
        names.let.set()
        await asyncio.gather(*polls)
        return during, len(names.questions)

    assert (3, 8) == asyncio.run(scenario())


def test_a_name_server_that_fails_for_now_is_told_apart() -> None:
    def failing(_host: str) -> tuple[str, ...]:
        raise gaierror(EAI_AGAIN, "try again")

    outcome = asyncio.run(ask(source(), by=web(lookup=failing)))
    assert Failed(fault=faults.SILENT_DNS) == outcome


def test_a_lookup_that_ends_after_the_program_is_no_error() -> None:
    names = Silent()

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await Resolver(names).addresses("silent.fi")

    asyncio.run(scenario())
    names.let.set()
    for each in threading.enumerate():
        if each.name == "lookup of silent.fi":
            each.join()


def test_a_system_without_threads_is_a_fault_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def scenario() -> tuple[Outcome, Outcome]:
        async with serving(reply(body=FEED)) as server, web(lookup=Silent()) as asker:
            feed = source(url=f"http://good.fi:{server.address.rpartition(':')[2]}/")
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", exhausted)
                first = await ask(feed, by=asker)
            return first, await ask(feed, by=asker)

    first, second = asyncio.run(scenario())
    assert "dns" == fault_of(first)
    assert isinstance(second, Fetched)


# Which of the addresses answers


class Network:
    """Connects to some addresses, refuses others, and leaves the rest waiting."""

    def __init__(self, **answers: float | None) -> None:
        self.answers = {name.replace("_", "."): after for name, after in answers.items()}
        self.tried: list[str] = []
        self.closed: list[str] = []

    async def plug(self, host: str, _port: int) -> "Connected":
        self.tried.append(host)
        after = self.answers[host]
        if after is None:
            raise ConnectionRefusedError
        await asyncio.sleep(after)
        return Connected(self, host)


class Connected:
    def __init__(self, network: Network, host: str) -> None:
        self.network = network
        self.host = host

    def close(self) -> None:
        self.network.closed.append(self.host)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "HEAD_START", 0.05)


def dialled(network: Network, *found: str) -> str:
    async def scenario() -> str:
        line = Line(limits())
        line._plug = network.plug  # type: ignore[method-assign, assignment]
        connected = await line._plugged(80, found)
        assert isinstance(connected, Connected)
        return connected.host

    return asyncio.run(scenario())


@pytest.mark.usefixtures("hurry")
class TestDialling:
    def test_the_first_address_that_answers_is_taken(self) -> None:
        network = Network(a=0.0, b=0.0)
        assert "1.1.1.1" == dialled(
            Network(**{"1_1_1_1": 0.0, "2_2_2_2": 0.0}), "1.1.1.1", "2.2.2.2"
        )
        assert [] == network.tried

    def test_a_refusal_leads_to_the_next_at_once(self) -> None:
        network = Network(**{"1_1_1_1": None, "2_2_2_2": 0.0})
        assert "2.2.2.2" == dialled(network, "1.1.1.1", "2.2.2.2")

    def test_silence_leads_to_the_next_after_its_head_start(self) -> None:
        network = Network(**{"1_1_1_1": 9.0, "2_2_2_2": 0.0})
        assert "2.2.2.2" == dialled(network, "1.1.1.1", "2.2.2.2")

    def test_the_slow_first_may_still_win(self) -> None:
        network = Network(**{"1_1_1_1": 0.1, "2_2_2_2": 9.0})
        assert "1.1.1.1" == dialled(network, "1.1.1.1", "2.2.2.2")

    def test_what_answers_too_late_is_closed(self) -> None:
        network = Network(**{"1_1_1_1": 0.06, "2_2_2_2": 0.01})
        taken = dialled(network, "1.1.1.1", "2.2.2.2")
        assert {taken, *network.closed} <= {"1.1.1.1", "2.2.2.2"}
        assert taken not in network.closed

    def test_all_refuse(self) -> None:
        network = Network(**{"1_1_1_1": None, "2_2_2_2": None})
        with pytest.raises(ConnectionRefusedError):
            dialled(network, "1.1.1.1", "2.2.2.2")
        assert ["1.1.1.1", "2.2.2.2"] == network.tried

    def test_there_is_no_address(self) -> None:
        with pytest.raises(OSError):
            dialled(Network())


def test_both_kinds_of_addresses_come_by_turns() -> None:
    found = ["2a00::1", "2a00::2", "2a00::3", "1.1.1.1", "2.2.2.2"]
    assert ["2a00::1", "1.1.1.1", "2a00::2", "2.2.2.2", "2a00::3"] == _by_turns(found)
    assert ["1.1.1.1", "2.2.2.2"] == _by_turns(["1.1.1.1", "2.2.2.2"])
    assert [] == _by_turns([])
