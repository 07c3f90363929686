"""Subscription requests, read out of the form that they come in (pure).

Section numbers are those of the Recommendation. What is understood is strict: an address that two
programs might read differently is refused, with a sentence for whoever writes the subscriber.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from string import ascii_letters, digits
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode

MOST_FIELDS = 64
LONGEST_CALLBACK = 2_000
"""Characters; with what is appended for a verification it is still an address."""
LONGEST_TOPIC = 500
"""Characters; longer than any address of the site."""
SECRET_BYTES = 200
"""A secret must be shorter (5.1)."""

LEASE = timedelta(days=10)
"""As section 8.2 recommends."""
SHORTEST_LEASE = timedelta(hours=1)
LONGEST_LEASE = timedelta(days=30)

Mode = Literal["subscribe", "unsubscribe"]

# RFC 3986 section 2.3.
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_ADDRESS = re.compile(r"(?=[!-~]+\Z)https?://[^/?#@]+(?:[/?][^#]*)?", re.IGNORECASE)
_LEASE = re.compile("0*[1-9][0-9]{0,17}", re.ASCII)


class Answer(NamedTuple):
    """What a request is answered with: plain text (5.1.2)."""

    status: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for in a subscriber's name; only the subscriber can make it true."""

    mode: Mode
    topic: str
    callback: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    lease: timedelta = LEASE

    def asking(self, **arguments: str) -> str:
        """The callback with these arguments of `hub.` appended to its query (5.1.1)."""
        named = {f"hub.{name}": value for name, value in arguments.items()}
        return appended(self.callback, named)


def appended(callback: str, arguments: dict[str, str]) -> str:
    """The callback, exactly, and after its own query these arguments."""
    joint = "?" if "?" not in callback else "" if callback.endswith(("?", "&")) else "&"
    return f"{callback}{joint}{urlencode(arguments)}"


class _UnclearError(Exception):
    """The request cannot be understood; the message says why."""


def read(body: bytes) -> Wish | Answer:
    """The wish, or why there is none."""
    try:
        return _wish(_fields(body))
    except _UnclearError as error:
        return Answer(400, f"{error}\n")


def _fields(body: bytes) -> dict[str, str]:
    """By name. Whatever is not of WebSub is ignored (5.1), but nothing of it may come twice."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise _UnclearError("The body must be a short form, in UTF-8.") from None
    named = [pair for pair in pairs if pair[0].startswith("hub.")]
    fields = dict(named)
    if len(fields) < len(named):
        raise _UnclearError("No parameter may be given twice.")
    return fields


def _wish(fields: dict[str, str]) -> Wish:
    callback = _address(fields, "hub.callback", LONGEST_CALLBACK)
    topic = _address(fields, "hub.topic", LONGEST_TOPIC)
    match fields.get("hub.mode"):
        case "subscribe":
            secret, lease = _secret(fields), _lease(fields)
            return Wish(
                mode="subscribe", topic=topic, callback=callback, secret=secret, lease=lease
            )
        case "unsubscribe":
            return Wish(mode="unsubscribe", topic=topic, callback=callback)
        case _:
            raise _UnclearError('hub.mode must be "subscribe" or "unsubscribe".')


def _address(fields: dict[str, str], name: str, longest: int) -> str:
    """With the letters in it that need no escape decoded (5.1.1)."""
    address = _ESCAPE.sub(_decoded, fields.get(name, ""))
    if len(address) > longest:
        raise _UnclearError(f"{name} must not be longer than {longest} characters.")
    if not _ADDRESS.fullmatch(address):
        raise _UnclearError(
            f"{name} must be an absolute http or https address in ASCII, without a user name and "
            "without a fragment."
        )
    return address


def _decoded(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0]


def _secret(fields: dict[str, str]) -> str | None:
    secret = fields.get("hub.secret", "")
    if len(secret.encode()) >= SECRET_BYTES:
        raise _UnclearError(f"hub.secret must be shorter than {SECRET_BYTES} bytes.")
    return secret or None


def _lease(fields: dict[str, str]) -> timedelta:
    """What is asked for, as far as it is granted: never for ever (5.3.1)."""
    asked = fields.get("hub.lease_seconds", "")
    if not asked:
        return LEASE
    if not _LEASE.fullmatch(asked):
        raise _UnclearError("hub.lease_seconds must be a positive number of seconds.")
    seconds = min(int(asked), LONGEST_LEASE.total_seconds())
    return max(timedelta(seconds=seconds), SHORTEST_LEASE)
