"""The face that the daemon shows: its port, and a server on it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from feedhub.model import Story
from feedhub.web.app import create_app
from feedhub.web.files import feed_links
from feedhub.web.routes import hub_route, search_route
from feedhub.web.server import Server, bind


class Answers(Protocol):
    """What only the running daemon can answer."""

    async def health(self) -> Mapping[str, object]: ...

    async def search(self, query: str, limit: int) -> Sequence[Story]: ...

    def search_page(self, query: str, found: Sequence[Story]) -> bytes: ...

    async def subscribe(self, body: bytes, peer: str) -> tuple[int, str]: ...

    def origin(self) -> tuple[str, str | None]:
        """The public base address and the WebSub hub: a changed configuration may change them."""
        ...


class Face:
    """The HTTP face on its port, which is taken before anything else is begun.

    Raises OSError when it cannot be.
    """

    def __init__(self, host: str, port: int) -> None:
        self._listener = bind(host, port)

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def serve(self, public: Path, daemon: Answers) -> Server:
        """A server of the published files and of what only the daemon can answer."""

        def links(name: str) -> str | None:
            return feed_links(*daemon.origin())(name)

        routes = [search_route(daemon.search, daemon.search_page), hub_route(daemon.subscribe)]
        app = create_app(public, health=daemon.health, routes=routes, links=links)
        return Server(app, self._listener)

    def close(self) -> None:
        self._listener.close()
