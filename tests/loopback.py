"""A partner's web server on loopback: serves bytes, answers conditional requests, remembers."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server saw it; header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Partner:
    """What the server has, by path, and what it was asked."""

    pages: dict[str, bytes] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    host: str = ""

    def address(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def conditional(self) -> list[bool]:
        """For each request whether it carried a validator."""
        return ["if-none-match" in each.headers for each in self.requests]


@contextmanager
def partner(pages: dict[str, bytes]) -> Iterator[Partner]:
    """Serve these pages until the block ends."""
    shop = Partner(pages=dict(pages))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    server.daemon_threads = True
    shop.host = f"127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(shop: Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            shop.requests.append(Seen(self.path, headers))
            body = shop.pages.get(self.path)
            if body is None:
                self._answer(404, b"")
                return
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if headers.get("if-none-match") == etag:
                self._answer(304, b"", etag)
            else:
                self._answer(200, body, etag)

        def _answer(self, status: int, body: bytes, etag: str = "") -> None:
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def rss(*items: tuple[str, str, str]) -> bytes:
    """An RSS 2.0 feed of (path, title, description) items, all of one day."""
    body = "".join(
        f"<item><title>{title}</title><link>https://kyla.example.fi{path}</link>"
        f"<guid>https://kyla.example.fi{path}</guid><description>{text}</description>"
        "<pubDate>Mon, 23 Nov 2026 10:00:00 EET</pubDate></item>"
        for path, title, text in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        "<title>Kylän uutiset</title><link>https://kyla.example.fi/</link>"
        f"<description>Kylältä</description><language>fi</language>{body}</channel></rss>"
    ).encode()
