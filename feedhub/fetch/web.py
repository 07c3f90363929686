"""Conditional GET over the web: source + memory -> outcome.

What goes out with a request is decided here: validators byte for byte as they came, an honest name,
and the source's secrets, which go to the origin that is configured for it and nowhere else. No
cookies, no Referer, no Range, no fragment, and no connection that outlives its answer.
"""

import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from feedhub.fetch import faults
from feedhub.fetch.address import Address, parse
from feedhub.fetch.fields import Fields
from feedhub.fetch.follow import Answer, Ask, Follower
from feedhub.fetch.guard import Guard
from feedhub.fetch.resolve import Lookup, system_lookup
from feedhub.model import (
    Document,
    Failed,
    Fault,
    Fetched,
    Gone,
    Limits,
    Memory,
    Outcome,
    Source,
    Unchanged,
)

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.1"
)

Headers = dict[str, str]
"""By name in lower case; values as text of ISO-8859-1."""

NOT_TO_CONFIGURE = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "range",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that are ours alone; configured ones of these names are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came of a plain GET; the body is empty unless the status is a success."""

    address: str
    status: int
    content_type: str | None
    body: bytes = field(repr=False)


class Web:
    """Asks partners' servers: guarded, bounded and politely.

    `tls` and `lookup` stand for the authorities that are trusted and for the system's resolver.
    """

    def __init__(
        self,
        limits: Limits,
        agent: str,
        *,
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = system_lookup,
    ) -> None:
        self._limits = limits
        self._agent = _on_wire(" ".join(agent.split()))
        self._follower = Follower(limits, tls, lookup)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is open between fetches; one that is under way goes on to its end."""

    async def fetch(self, source: Source, memory: Memory, *, now: datetime) -> Outcome:
        """Ask the source for what is new since `memory`."""
        validators = _validators(memory)
        try:
            answer = await self._follower.follow(self._poll(source, memory, validators))
            return _outcome(answer, now, conditional=bool(validators))
        except Exception as error:  # noqa: BLE001 - one source's failure is no other's
            return Failed(fault=faults.of_error(error))

    def shut(self, *, full: bool) -> None:
        """Keep long bodies waiting while what was fetched before has not been read yet."""
        self._follower.room.shut(full=full)

    async def get(self, address: str, *, accept: str = ACCEPT) -> Page | Fault:
        """One page, whatever it is."""
        try:
            answer = await self._follower.follow(self._visit(address, accept))
        except Exception as error:  # noqa: BLE001 - as above
            return faults.of_error(error)
        return Page(
            address=str(answer.address),
            status=answer.status,
            content_type=answer.fields.first("content-type"),
            body=answer.body,
        )

    def _poll(self, source: Source, memory: Memory, validators: Headers) -> Ask:
        home = parse(source.url or "")
        address = parse(memory.url) if memory.url else home
        ask = Ask(
            address=home,
            headers=self._headers(ACCEPT) | validators,
            secrets=_secrets(source, home),
            guard=Guard.of(self._limits, source),
        )
        return ask.at(address)

    def _visit(self, address: str, accept: str) -> Ask:
        parsed = parse(address)
        return Ask(
            address=parsed,
            headers=self._headers(accept),
            secrets=_authorization(parsed.userinfo),
            guard=Guard.of(self._limits),
        )

    def _headers(self, accept: str) -> Headers:
        return {
            "user-agent": self._agent,
            "accept": accept,
            "accept-encoding": "gzip",
            "connection": "close",
        }


def _validators(memory: Memory) -> Headers:
    """Both, when there are both (RFC 9110 section 13.2.2 says which one counts).

    A server may then answer with the new entries alone (RFC 3229 section 10.5.3).
    """
    known = {"if-none-match": memory.etag, "if-modified-since": memory.last_modified}
    validators = {name: value for name, value in known.items() if value}
    return validators | {"a-im": "feed"} if validators else {}


def _secrets(source: Source, home: Address) -> Headers:
    """What only the configured origin may see: configured headers, user name and password."""
    configured = {
        name.strip().lower(): _on_wire(value.strip())
        for name, value in source.headers
        if name.strip().lower() not in NOT_TO_CONFIGURE
    }
    if source.username is None:
        return configured | _authorization(home.userinfo)
    return configured | _authorization((source.username, source.password or ""))


def _authorization(userinfo: tuple[str, str] | None) -> Headers:
    """RFC 7617."""
    if userinfo is None:
        return {}
    return {"authorization": f"Basic {b64encode(':'.join(userinfo).encode()).decode()}"}


def _on_wire(text: str) -> str:
    """As UTF-8, seen as the text of ISO-8859-1 that header values are."""
    return text.encode().decode("latin-1")


def _outcome(answer: Answer, now: datetime, *, conditional: bool) -> Outcome:
    """What the answer means for the source. Only a success can bring anything."""
    fields = answer.fields
    match answer.status:
        case 200 | 203:
            return _fetched(answer, now, partial=False)
        case 226 if conditional and _is_news_only(fields):
            return _fetched(answer, now, partial=True)
        case 304 if conditional:
            return Unchanged(
                etag=fields.validator("etag"),
                last_modified=fields.validator("last-modified"),
                fresh_for=fields.fresh_for(now),
                moved_to=answer.moved_to,
            )
        case 304:
            return Failed(fault=faults.UNASKED_304)
        case 410:
            return Gone(fault=faults.of_status(410))
        case status:
            wait = fields.retry_after(now) if status >= 400 else None
            return Failed(fault=faults.of_status(status), retry_after=wait)


def _is_news_only(fields: Fields) -> bool:
    """Whether the new entries were sent (RFC 3229 section 10.5.2)."""
    used = (
        each.partition(";")[0].strip().lower() for each in ",".join(fields.all("im")).split(",")
    )
    return set(used) == {"feed"}


def _fetched(answer: Answer, now: datetime, *, partial: bool) -> Fetched:
    fields = answer.fields
    document = Document(
        address=str(answer.address),
        body=answer.body,
        content_type=fields.first("content-type"),
        modified=fields.date("last-modified"),
    )
    return Fetched(
        documents=(document,),
        etag=fields.validator("etag"),
        last_modified=fields.validator("last-modified"),
        fresh_for=fields.fresh_for(now),
        moved_to=answer.moved_to,
        partial=partial,
    )
