"""Organization files that the program writes for somebody (pure, but for `write`).

An existing file is never changed: it holds its owner's comments.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from feedhub.config import ORGANIZATIONS

MAX_SLUG = 40

_UNFIT = re.compile(r"[^a-z0-9]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}\b")
_WEB = ("www.", "feeds.", "blog.", "rss.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed to be written down. `title` is given where an organization has several."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganization:
    """What a new file says."""

    slug: str
    name: str
    homepage: str | None = None
    language: str | None = None
    feeds: Sequence[NewFeed]


def slug_of(text: str) -> str:
    """A slug from a host or a name: `www.lapinliitto.fi` is `lapinliitto`, `Kylä ry` is `kyla-ry`."""
    host = text.lower()
    for start in _WEB:
        host = host.removeprefix(start)
    if "." in host and " " not in host:
        host = host.rpartition(".")[0]
    plain = unicodedata.normalize("NFKD", host).encode("ascii", "ignore").decode()
    return _UNFIT.sub("-", plain).strip("-")[:MAX_SLUG].rstrip("-") or "organization"


def host_of(address: str) -> str:
    """The host that an organization owns, without `www.`; empty when there is none."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def language_of(tag: str | None) -> str | None:
    """The language of a feed as a file may say it; None for what is none."""
    found = _LANGUAGE.match((tag or "").lower())
    return found[0] if found else None


def text_of(organization: NewOrganization) -> str:
    """The file's text."""
    return "\n".join(_lines(organization)) + "\n"


def _lines(organization: NewOrganization) -> Iterator[str]:
    yield f"name = {_string(organization.name)}"
    if organization.homepage:
        yield f"homepage = {_string(organization.homepage)}"
        yield f"domains = [{_string(host_of(organization.homepage))}]"
    if organization.language:
        yield f"language = {_string(organization.language)}"
    for feed in organization.feeds:
        yield ""
        yield "[[feeds]]"
        yield f"url = {_string(feed.url)}"
        if feed.title and len(organization.feeds) > 1:
            yield f"title = {_string(feed.title)}"


def _string(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own."""
    return json.dumps(" ".join(text.split())[:200], ensure_ascii=False).replace("\x7f", "")


def write(folder: Path, organization: NewOrganization) -> Path:
    """Write the file into a configuration folder.

    Raises FileExistsError when there is one of that name, OSError when it cannot be written.
    """
    path = folder / ORGANIZATIONS / f"{organization.slug}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text_of(organization))
    return path


def unique(slug: str, taken: Iterable[str]) -> str:
    """The slug, or with a number behind it one that is not taken."""
    known = set(taken)
    if slug not in known:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(known) + 3) if f"{slug}-{n}" not in known)
