"""The real daemon as a process, from a partner's file to the published outputs and back."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from tests.instance import articles, feeds, instance
from tests.loopback import partner, rss
from tests.program import feedhub

OUTPUTS = ("atom.xml", "rss.xml", "feed.json")
PATIENCE = 20.0

BRIDGE = ("/silta/", "Kylän uusi silta avattiin", "Silta lyhentää koulumatkaa kuusi kilometriä.")
BRIDGE_MENDED = ("/silta/", "Kylän uusi silta on auki", "Silta lyhentää koulumatkaa.")
SCHOOL = ("/koulu/", "Koulu saa uuden katon", "Katto vaihdetaan kesän aikana.")


class Running:
    """A daemon that said it is ready, and what it writes."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.process = subprocess.Popen(
            [sys.executable, "-m", "feedhub", "--config", str(config), "run"],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self.base = ""

    def wait_for_log(self, pattern: str) -> re.Match[str]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if match := re.search(pattern, line):
                return match
        pytest.fail(f"the daemon ended without saying {pattern}: {''.join(self.log)}")

    def get(self, path: str) -> str:
        with urlopen(self.base + path, timeout=5) as answer:
            return str(answer.read().decode())

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return feedhub(self.config, *words)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        _, rest = self.process.communicate(timeout=PATIENCE)
        self.log.append(rest)
        return self.process.returncode


@contextmanager
def running(config: Path) -> Iterator[Running]:
    daemon = Running(config)
    try:
        daemon.base = daemon.wait_for_log(r"ready: .* (http://\S+)")[1]
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.communicate()


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold; looks again until it does or patience ends."""
    end = time.monotonic() + PATIENCE
    pause = Event()
    while not holds():
        if time.monotonic() > end:
            return False
        pause.wait(0.05)
    return True


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    monkeypatch.setitem(os.environ, "PYTHONWARNINGS", "default")
    return tmp_path / "var"


def test_entry_is_followed_from_partner_to_outputs_and_out_again(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla, partner({"/feed/": rss(SCHOOL)}) as koulu:
        config = instance(
            tmp_path,
            kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]),
            koulu=feeds("Koulu", [koulu.address("/feed/")]),
        )
        with running(config) as daemon:

            def everywhere(text: str) -> bool:
                return all(text in daemon.get(name) for name in OUTPUTS)

            def nowhere(text: str) -> bool:
                return not any(text in daemon.get(name) for name in OUTPUTS)

            assert eventually(lambda: everywhere(BRIDGE[1]) and everywhere(SCHOOL[1]))
            assert everywhere("Kyläyhdistys")
            first = json.loads(daemon.get("feed.json"))["items"]

            kyla.pages["/feed/"] = rss(BRIDGE_MENDED)
            assert daemon.command("poll", "kyla").returncode == 0
            assert eventually(lambda: everywhere(BRIDGE_MENDED[1]))
            assert nowhere(BRIDGE[1])
            second = json.loads(daemon.get("feed.json"))["items"]
            assert {each["id"] for each in first} == {each["id"] for each in second}

            (config / "organizations" / "kyla.toml").unlink()
            assert eventually(lambda: nowhere(BRIDGE_MENDED[1]))
            assert everywhere(SCHOOL[1])
            assert daemon.stop() == 0
        log = "".join(daemon.log).splitlines()
        assert [] == [line for line in log if "Traceback" in line or "Warning" in line]


def test_saved_article_goes_out_and_a_deleted_one_comes_in(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "pysyva.md").write_text("# Pysyvä uutinen\n\nTämä jää.\n", "utf-8")
    config = instance(tmp_path, toimitus=articles("Toimitus", folder))
    with running(config) as daemon:
        assert eventually(lambda: "Pysyvä uutinen" in daemon.get("atom.xml"))
        (folder / "uusi.md").write_text("# Uusi uutinen\n\nJuuri kirjoitettu.\n", "utf-8")
        assert eventually(lambda: "Uusi uutinen" in daemon.get("atom.xml"))
        (folder / "uusi.md").unlink()
        assert eventually(lambda: "Uusi uutinen" not in daemon.get("atom.xml"))
        assert "Pysyvä uutinen" in daemon.get("atom.xml")


def test_broken_configuration_is_refused_and_the_old_one_goes_on(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        with running(config) as daemon:
            assert eventually(lambda: BRIDGE[1] in daemon.get("atom.xml"))
            with (config / "feedhub.toml").open("a") as file:
                file.write("[publish]\nentires = 5\n")
            found = daemon.wait_for_log(r"refused: (.*)")
            assert "feedhub.toml:17: publish.entires: unknown key" in found[1]
            assert BRIDGE[1] in daemon.get("atom.xml")
            assert daemon.stop() == 0


def test_restart_asks_nobody_again(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        for _ in range(3):
            with running(config) as daemon:
                assert eventually(lambda: BRIDGE[1] in daemon.get("atom.xml"))
                assert daemon.stop() == 0
        assert len(kyla.requests) == 1


def test_second_daemon_on_a_state_folder_is_refused(tmp_path: Path, state: Path) -> None:
    config = instance(tmp_path)
    with running(config):
        second = feedhub(config, "run")
    assert second.returncode == 2
    assert f"{state}: another feedhub runs here; stop it first" in second.stderr


def test_port_in_use_is_named(tmp_path: Path) -> None:
    config = instance(tmp_path)
    with partner({}) as taken:
        port = taken.host.rpartition(":")[2]
        main = (config / "feedhub.toml").read_text().replace("port = 0", f"port = {port}")
        (config / "feedhub.toml").write_text(main)
        refused = feedhub(config, "run")
    assert refused.returncode == 2
    expected = f"serve.port: 127.0.0.1:{port} cannot be listened on (Address already in use)"
    assert expected in refused.stderr


class Subscriber:
    """A reader's program that subscribes, echoes the challenge, and keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.verified = False
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                challenge = parse_qs(urlsplit(self.path).query)["hub.challenge"][0]
                subscriber.verified = True
                self._answer(challenge.encode())

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                subscriber.received.append(self.rfile.read(length))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/cb"

    def __enter__(self) -> Self:
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_subscriber_of_our_own_hub_has_news_within_seconds(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla, Subscriber() as subscriber:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        with (config / "feedhub.toml").open("a") as file:
            file.write('[websub]\nhub = "self"\n')
        with running(config) as daemon:
            assert eventually(lambda: BRIDGE[1] in daemon.get("atom.xml"))
            assert 'rel="hub"' in daemon.get("atom.xml")
            wish = {
                "hub.mode": "subscribe",
                "hub.topic": "https://news.example.fi/atom.xml",
                "hub.callback": subscriber.address,
            }
            with urlopen(f"{daemon.base}websub", urlencode(wish).encode(), timeout=5) as answer:
                assert 202 == answer.status
            assert eventually(lambda: subscriber.verified)
            kyla.pages["/feed/"] = rss(BRIDGE, SCHOOL)
            daemon.command("poll", "kyla")
            school = SCHOOL[1].encode()
            assert eventually(lambda: any(school in each for each in subscriber.received))
            assert daemon.stop() == 0
