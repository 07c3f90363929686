"""Secure connections: who is believed, and how each fault is told apart in plain words."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta

import pytest

from feedhub.fetch import faults
from feedhub.fetch.connect import trusted
from feedhub.model import Fault, Outcome
from tests.certificates import OPENSSL, Authority, self_signed
from tests.fetching import ask, body_of, fault_of, limits, resolver, web
from tests.hostile import (
    FEED,
    PROMISED,
    TO_THE_END,
    Asked,
    Handler,
    raw,
    reply,
    serving,
    stalled,
)
from tests.samples import source

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command")

HOST = "kyla.example.fi"
GOOD = reply(body=FEED)
BOUNDS = limits(deadline=timedelta(seconds=2), connect=timedelta(seconds=0.5))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture(scope="module")
def good(authority: Authority) -> ssl.SSLContext:
    return authority.server(HOST, "127.0.0.1")


def poll(
    tls: ssl.SSLContext,
    trust: ssl.SSLContext,
    *,
    host: str = HOST,
    handler: Handler = GOOD,
) -> Outcome:
    """What comes of asking a server with this certificate by https."""

    async def scenario() -> Outcome:
        names = resolver(kyla_example_fi="127.0.0.1", muu_example_fi="127.0.0.1")
        async with serving(handler, tls=tls) as server:
            port = server.address.rpartition(":")[2]
            feed = source(url=f"https://{host}:{port}/feed/")
            return await ask(
                feed, by=web(limits(allow_networks=("127.0.0.0/8",)), tls=trust, lookup=names)
            )

    return asyncio.run(scenario())


@pytest.mark.parametrize("host", [HOST, "127.0.0.1", f"{HOST}."])
def test_a_good_certificate_is_believed(
    authority: Authority, good: ssl.SSLContext, host: str
) -> None:
    assert FEED == body_of(poll(good, authority.trusted(), host=host))


def test_the_name_is_asked_for_and_the_address_is_connected_to(
    authority: Authority, good: ssl.SSLContext
) -> None:
    """The server name of TLS stays the host's, though the connection goes to a number."""
    asked: list[str | None] = []
    good.sni_callback = lambda _socket, name, _context: asked.append(name)
    poll(good, authority.trusted())
    good.sni_callback = None
    assert [HOST] == asked


def leaving(*pieces: bytes) -> Handler:
    """Says this over TLS, and breaks off without the words that TLS has for it."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await raw(*pieces)(asked, writer)
        writer.transport.abort()

    return handle


def test_an_end_without_a_word_is_an_end(authority: Authority, good: ssl.SSLContext) -> None:
    handler = leaving(TO_THE_END, FEED)
    assert FEED == body_of(poll(good, authority.trusted(), handler=handler))


def test_an_end_too_early_is_found_out(authority: Authority, good: ssl.SSLContext) -> None:
    handler = leaving(PROMISED, FEED)
    assert "truncated" == fault_of(poll(good, authority.trusted(), handler=handler))


def test_an_expired_certificate(authority: Authority) -> None:
    tls = authority.server(HOST, days=-1)
    assert "tls-expired" == fault_of(poll(tls, authority.trusted()))


@pytest.mark.parametrize("host", ["muu.example.fi", "127.0.0.1"])
def test_a_certificate_of_another_name(authority: Authority, host: str) -> None:
    tls = authority.server(HOST)
    assert "tls-name" == fault_of(poll(tls, authority.trusted(), host=host))


def test_a_certificate_that_nobody_signed(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tls = self_signed(tmp_path_factory.mktemp("own"), HOST)
    assert "tls-untrusted" == fault_of(poll(tls, authority.trusted()))


def test_a_certificate_of_an_unknown_authority(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority.made(tmp_path_factory.mktemp("tls") / "stranger")
    tls = stranger.server(HOST)
    assert "tls-untrusted" == fault_of(poll(tls, authority.trusted()))


def test_the_worlds_authorities_do_not_know_ours(good: ssl.SSLContext) -> None:
    assert "tls-untrusted" == fault_of(poll(good, trusted()))


HELLO_OF_1999 = bytes.fromhex("0301" + "00" * 32 + "00" + "002f" + "00")
"""The body of a ServerHello of TLS 1.0 (RFC 2246 section 7.4.1.3)."""

FIRST_WORDS = {
    "an alert about its old version": (bytes.fromhex("15030100020246"), "tls-old"),
    "the hello of an old version": (
        bytes.fromhex("160301002a" + "02000026") + HELLO_OF_1999,
        "tls-old",
    ),
    "an alert about the handshake": (bytes.fromhex("15030300020228"), "tls"),
    "plain HTTP": (b"HTTP/1.1 400 Bad\r\n\r\n", "tls"),
    "plain mail": (b"220 kyla.example.fi ESMTP\r\n", "tls"),
    "nothing": (b"", "disconnected"),
}


@pytest.mark.parametrize(("words", "code"), FIRST_WORDS.values(), ids=FIRST_WORDS)
def test_a_server_that_answers_the_handshake_with(
    authority: Authority, words: bytes, code: str
) -> None:
    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.close()

    async def scenario() -> Outcome:
        async with await asyncio.start_server(accept, "127.0.0.1", 0) as listener:
            port = listener.sockets[0].getsockname()[1]
            feed = source(url=f"https://127.0.0.1:{port}/")
            return await ask(feed, by=web(BOUNDS, tls=authority.trusted()))

    assert code == fault_of(asyncio.run(scenario()))


def test_a_server_that_is_silent_at_the_handshake(authority: Authority) -> None:
    async def silent() -> Outcome:
        async with serving(stalled()) as server:
            feed = source(url=server.url().replace("http:", "https:"))
            return await ask(feed, by=web(BOUNDS, tls=authority.trusted()))

    assert "timeout" == fault_of(asyncio.run(silent()))


def test_the_world_is_judged_by_its_authorities_and_their_names() -> None:
    context = trusted()
    assert context.check_hostname
    assert ssl.CERT_REQUIRED == context.verify_mode
    assert ssl.TLSVersion.TLSv1_2 == context.minimum_version
    assert 50 < context.cert_store_stats()["x509_ca"]


# What errors mean


def unbelieved(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


def alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


ERRORS: dict[str, tuple[BaseException, Fault | None]] = {
    "expired": (unbelieved(10), faults.TLS_EXPIRED),
    "not yet valid": (unbelieved(9), faults.TLS_EARLY),
    "another name": (unbelieved(62), faults.TLS_NAME),
    "another number": (unbelieved(64), faults.TLS_NAME),
    "nobody signed": (unbelieved(18), faults.TLS_UNTRUSTED),
    "an unknown signer": (unbelieved(20), faults.TLS_UNTRUSTED),
    "another reason": (unbelieved(26), faults.TLS),
    "an old version": (alert("UNSUPPORTED_PROTOCOL"), faults.TLS_OLD),
    "a short key": (alert("DH_KEY_TOO_SMALL"), faults.TLS_OLD),
    "no TLS at all": (alert("WRONG_VERSION_NUMBER"), faults.TLS_PLAIN),
    "the end in the handshake": (alert("UNEXPECTED_EOF_WHILE_READING"), faults.DISCONNECTED),
    "another alert": (alert("SSLV3_ALERT_HANDSHAKE_FAILURE"), faults.TLS),
    "refused": (OSError(errno.ECONNREFUSED, "no"), faults.REFUSED),
    "reset": (OSError(errno.ECONNRESET, "no"), faults.DISCONNECTED),
    "no route": (OSError(errno.EHOSTUNREACH, "no"), faults.UNREACHABLE),
    "no network": (OSError(errno.ENETUNREACH, "no"), faults.UNREACHABLE),
    "too late": (TimeoutError(), faults.TIMEOUT),
    "too late, says the system": (OSError(errno.ETIMEDOUT, "no"), faults.TIMEOUT),
    "no such name": (socket.gaierror(socket.EAI_NONAME, "no"), faults.DNS),
    "an error without number": (OSError("no"), None),
    "no error of a socket": (KeyError("no"), None),
}


@pytest.mark.parametrize(("error", "expected"), ERRORS.values(), ids=ERRORS)
def test_error_means(error: BaseException, expected: Fault | None) -> None:
    assert expected == faults.of_os_error(error)
    wrapped = RuntimeError()
    wrapped.__cause__ = error
    assert expected == faults.of_os_error(wrapped)


def every_fault() -> Iterator[Fault]:
    yield from (each for each in vars(faults).values() if isinstance(each, Fault))
    yield from map(faults.of_status, (201, 401, 403, 404, 410, 418, 429, 500, 503, 999))
    yield faults.too_many_redirects(5)
    yield faults.of_error(KeyError("salasana"))


@pytest.mark.parametrize("fault", list(every_fault()), ids=lambda each: each.message)
def test_every_fault_says_what_to_do(fault: Fault) -> None:
    assert fault.message.endswith((".", ")."))
    assert fault.remedy.endswith(".")
    assert "salasana" not in f"{fault}"
