"""The shipped examples for web server and system do what they say."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from feedhub.web.server import bind
from tests.face import FEED, put

DEPLOY = Path(__file__).parents[1] / "config" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

FRAME = """
daemon off; pid {scratch}/pid; error_log {scratch}/error.log crit; worker_processes 1;
{user}
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {scratch}/b; proxy_temp_path {scratch}/p;
fastcgi_temp_path {scratch}/f; uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s;
{server} }}
"""


def free_port() -> int:
    with bind("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def behind_nginx(public: Path, scratch: Path) -> Iterator[str]:
    assert NGINX
    scratch.mkdir()
    port = free_port()
    server = (DEPLOY / "nginx.conf").read_text("utf-8")
    server = server.replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("listen [::]:80;", "").replace("/var/lib/feedhub/public", str(public))
    server = server.replace("include mime.types;", "include /etc/nginx/mime.types;")
    server = server.replace(
        "proxy_pass http://127.0.0.1:8080", f"proxy_pass http://127.0.0.1:{port + 1}"
    )
    config = scratch / "nginx.conf"
    is_root = Path("/proc/self").owner() == "root"
    config.write_text(
        FRAME.format(scratch=scratch, server=server, user="user root;" if is_root else "")
    )
    process = subprocess.Popen([NGINX, "-c", str(config), "-p", str(scratch)])
    base = f"http://127.0.0.1:{port}"
    try:
        _await(base)
        yield base
    finally:
        process.terminate()
        process.wait()


def _await(base: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            httpx.get(f"{base}/atom.xml")
        except httpx.ConnectError:
            continue
        return
    pytest.fail("nginx did not start")


TYPES = {
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/topics/x/feed.json": "application/feed+json; charset=utf-8",
    "/opml.xml": "text/x-opml; charset=utf-8",
    "/": "text/html; charset=utf-8",
    "/topics/x/": "text/html; charset=utf-8",
}


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
def test_nginx_serves_the_files_as_the_daemon_does(tmp_path: Path) -> None:
    public = tmp_path / "public"
    for path in TYPES:
        name = path[1:] + ("index.html" if path.endswith("/") else "")
        put(public / name, FEED)
        put(public / f"{name}.gz", b"\x1f\x8b")
    put(public / "404.html", "<!doctype html>")
    with behind_nginx(public, tmp_path / "nginx") as base:
        for path, media_type in TYPES.items():
            plain = httpx.get(base + path, headers={"accept-encoding": "identity"})
            assert (200, media_type) == (plain.status_code, plain.headers["content-type"]), path
            assert FEED == plain.text
            known = {"accept-encoding": "identity", "if-none-match": plain.headers["etag"]}
            again = httpx.get(base + path, headers=known)
            assert 304 == again.status_code
            assert "nosniff" == plain.headers["x-content-type-options"]
        assert 404 == httpx.get(f"{base}/atom.xml.gz").status_code
        assert 404 == httpx.get(f"{base}/.atom.xml.part").status_code
        # Nobody listens behind it.
        assert 502 == httpx.get(f"{base}/search?q=silta").status_code


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_unit_is_sound_and_shut_tight() -> None:
    line = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "feedhub.service"]
    judged = subprocess.run(line, cwd=DEPLOY, capture_output=True, text=True, check=False)
    assert 0 == judged.returncode, judged.stdout[-500:]
