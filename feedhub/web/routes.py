"""What only the running daemon can answer: health, search, and subscriptions to the own hub."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feedhub.model import Story
from feedhub.publish.representation import FRESH, NOSNIFF, PAGE

Health = Callable[[], Awaitable[Mapping[str, object]]]
Search = Callable[[str, int], Awaitable[Sequence[Story]]]
Subscribe = Callable[[bytes, str], Awaitable[tuple[int, str]]]
"""From a form and the IP address that it came from to a status and plain text."""

SEARCH_RESULTS = 50
QUERY_LENGTH = 200
FORM_BYTES = 8_192
FORM_SECONDS = 10


def health_route(health: Health) -> Route:
    """`/healthz`: what `health` says, as 503 when its `ok` is false."""

    async def answer(_request: Request) -> Response:
        said = await health()
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return JSONResponse(dict(said), 200 if said["ok"] else 503, headers)

    return Route("/healthz", answer)


def search_route(search: Search, page: Callable[[str, Sequence[Story]], bytes]) -> Route:
    """`/search?q=`: `page` renders what `search` found, at most [50] stories."""

    async def answer(request: Request) -> Response:
        query = _tidy(request.query_params.get("q", ""))
        found = await search(query, SEARCH_RESULTS) if query else ()
        body = await run_in_threadpool(page, query, found)
        response = Response(body, media_type="text/html")
        response.raw_headers += [FRESH, NOSNIFF, *PAGE]
        return response

    return Route("/search", answer)


def hub_route(subscribe: Subscribe) -> Route:
    """`/websub`: `subscribe` answers subscription requests to the site's own hub (WebSub 5.1)."""

    async def answer(request: Request) -> Response:
        status, text = await _subscribed(request, subscribe)
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return Response(text, status, headers, "text/plain")

    return Route("/websub", answer, methods=["POST"])


async def _subscribed(request: Request, subscribe: Subscribe) -> tuple[int, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return 415, "The request must be a form: application/x-www-form-urlencoded.\n"
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _form(request)
    except TimeoutError:
        return 408, "The form did not come in time.\n"
    if body is None:
        return 413, f"The form must not be larger than {FORM_BYTES} bytes.\n"
    return await subscribe(body, request.client.host if request.client else "")


async def _form(request: Request) -> bytes | None:
    """The body; None as soon as it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    return body


def _tidy(query: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in query)
    return " ".join(printable.split())[:QUERY_LENGTH]
