"""A folder of published files, and one request to the HTTP face over them."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

FEED = "<feed>" + "Kylän uusi silta avattiin. " * 200 + "</feed>"
MONDAY = "Mon, 23 Nov 2026 08:00:00 GMT"
MONDAY_SECONDS = 1795420800


def published(folder: Path) -> Path:
    """Fill a folder with published files, all of Monday; beside it stands one that is not."""
    files = {
        "index.html": "<!doctype html><title>Uutisvirta</title>",
        "404.html": "<!doctype html><title>Sivua ei löydy</title>",
        "atom.xml": FEED,
        "rss.xml": FEED,
        "feed.json": "{}",
        "status.json": "{}",
        "opml.xml": "<opml/>",
        "sitemap.xml": "<urlset/>",
        "static/feedhub.css": "body { margin: 0 }",
        "static/favicon.svg": "<svg/>",
        "media/kyla/kuva.png": "png",
        "topics/matkailu/index.html": "<!doctype html><title>Matkailu</title>",
        "languages/index/empty.txt": "x",
        ".secret": "secret",
        "atom.xml.tmp": "half",
    }
    for name, text in files.items():
        put(folder / name, text)
    (folder.parent / "outside.txt").write_text("outside", "utf-8")
    return folder


def put(path: Path, text: str | bytes) -> None:
    """Write a file of Monday."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (MONDAY_SECONDS, MONDAY_SECONDS))


def ask(
    app: Any, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """One request; no content coding is asked for unless `headers` do."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            fields = {"accept-encoding": "identity", **(headers or {})}
            return await client.request(method, path, headers=fields)

    return asyncio.run(asked())
