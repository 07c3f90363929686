"""The whole face as one ASGI application."""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from feedhub.web.files import Files, Links
from feedhub.web.routes import Health, health_route


class App:
    """The published files, then whatever else there is."""

    def __init__(self, files: Files, routes: Sequence[BaseRoute]) -> None:
        self.files = files
        self._others = Starlette(routes=routes, exception_handlers={404: files.missing})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not await self.files.answer(scope, send):
            await self._others(scope, receive, send)


def create_app(
    public: Path,
    *,
    health: Health | None = None,
    routes: Sequence[BaseRoute] = (),
    links: Links | None = None,
) -> App:
    """The whole face: the files under `public`, `/healthz`, and the given routes."""
    own = [health_route(health)] if health else []
    return App(Files(public, links), [*own, *routes])
