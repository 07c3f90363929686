"""A host's name to its addresses, without letting silent name servers stall the rest.

The system's resolver blocks its thread for half a minute when nobody answers, and cannot be
stopped. So every lookup has a thread of its own, which a stopping program does not wait for; a
name that is being looked up is not looked up again; and there are only so many at once.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from threading import Thread

from feedhub.fetch import faults
from feedhub.fetch.faults import FetchError

THREADS = 128

Lookup = Callable[[str], tuple[str, ...]]


def system_lookup(host: str) -> tuple[str, ...]:
    """All addresses of a name, in the order of preference (RFC 6724); raises OSError."""
    # As bytes, since Python would run text through an encoding that refuses some names.
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


class Resolver:
    """Looks names up, each once at a time."""

    def __init__(self, lookup: Lookup = system_lookup) -> None:
        self._lookup = lookup
        self._threads = asyncio.Semaphore(THREADS)
        self._asked: dict[str, asyncio.Future[tuple[str, ...] | Exception]] = {}

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The host's addresses; raises what the lookup raised."""
        with suppress(ValueError):
            return (str(ip_address(host)),)
        if host not in self._asked:
            await self._threads.acquire()
            if host in self._asked:
                self._threads.release()  # somebody has asked meanwhile
        found = await asyncio.shield(self._asked.get(host) or self._ask(host))
        if isinstance(found, Exception):
            raise found
        return found

    async def found(self, host: str, patience: timedelta) -> tuple[str, ...]:
        """The host's addresses, waited for that long; raises FetchError."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await self.addresses(host)
        except TimeoutError:
            raise FetchError(faults.SILENT_DNS) from None
        except OSError as error:
            later = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            raise FetchError(faults.SILENT_DNS if later else faults.DNS) from None

    def _ask(self, host: str) -> asyncio.Future[tuple[str, ...] | Exception]:
        loop = asyncio.get_running_loop()
        answer = self._asked[host] = loop.create_future()

        def look() -> None:
            found: tuple[str, ...] | Exception
            try:
                found = self._lookup(host)
            except Exception as error:  # noqa: BLE001 - whoever waits is told
                found = error
            with suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(self._answer, host, found)

        try:
            Thread(target=look, name=f"lookup of {host}", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            self._answer(host, OSError(str(error)))
        return answer

    def _answer(self, host: str, found: tuple[str, ...] | Exception) -> None:
        self._threads.release()
        answer = self._asked.pop(host)
        if not answer.done():
            answer.set_result(found)
