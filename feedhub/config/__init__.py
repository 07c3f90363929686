"""The configuration folder: TOML files in, frozen settings out.

Every fault is found at once and named as `file:line: key: what is wrong, what to do`; only when
there is none do settings come out. A partner's secrets are resolved here, from the environment or
from systemd credentials, and go nowhere but into the source's own requests.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from feedhub.config.lines import line_of
from feedhub.config.shape import (
    AlarmSection,
    ArticlesSection,
    DedupeSection,
    FeedSection,
    MainFile,
    OrganizationFile,
    PollSection,
    PublishSection,
    Section,
    ServeSection,
    StoreSection,
    WebsubSection,
)
from feedhub.model import Limits, Organization, Rules, Site, Source, Topic

MAIN_FILE = "feedhub.toml"
ORGANIZATIONS = "organizations"
OWN_HUB = "websub"

# What a value of another decoded size may weigh: text compresses about that well.
_DECODED_SHARE = 2

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_ENVIRONMENT = "env:"

Shape = TypeVar("Shape", bound=Section)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the configuration, at its place. `line` is 0 when the whole file is meant."""

    file: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` names every fault that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the configuration folder says, checked."""

    folder: Path
    state: Path
    """Where the store, the published files and the lock live."""
    site: Site
    rules: Rules
    limits: Limits
    dedupe: DedupeSection
    publish: PublishSection
    serve: ServeSection
    store: StoreSection
    alarm: AlarmSection
    websub: WebsubSection
    warnings: tuple[Problem, ...] = ()
    """What can be lived with, such as a secret that this environment does not have."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source of every organization, the disabled ones too."""
        return tuple(source for each in self.site.organizations for source in each.sources)

    @property
    def public(self) -> Path:
        """The folder of published files."""
        return self.state / "public"

    @property
    def hub_address(self) -> str | None:
        """The WebSub hub that readers' programs are told of; the site's own is below its address."""
        hub = self.websub.hub
        return f"{self.site.url}{OWN_HUB}" if hub == "self" else hub


def load(folder: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration folder. Raises ConfigError with every fault found."""
    return _Reader(folder, environ).settings()


def state_folder(folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """FEEDHUB_STATE, else systemd's STATE_DIRECTORY, else `var` beside the configuration."""
    named = environ.get("FEEDHUB_STATE") or environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(named).absolute() if named else folder.absolute().parent / "var"


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of each kind of file, by the file's name."""
    return {
        MAIN_FILE: MainFile.model_json_schema(),
        f"{ORGANIZATIONS}/SLUG.toml": OrganizationFile.model_json_schema(),
    }


class _File:
    """One file's text, and the problems that were found in it."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.text = ""
        self._problems = problems

    def problem(self, location: tuple[str | int, ...], message: str) -> None:
        self._problems.append(self.note(location, message))

    def note(self, location: tuple[str | int, ...], message: str) -> Problem:
        key = ".".join(str(part) for part in location if isinstance(part, str))
        return Problem(self.path, line_of(self.text, location), key, message)

    def read(self, shape: type[Shape]) -> Shape | None:
        """The file's content in its shape, or None and a problem for each fault."""
        try:
            self.text = self.path.read_text("utf-8-sig")
            return shape.model_validate(tomllib.loads(self.text))
        except OSError as error:
            self.problem((), f"cannot be read ({error.strerror}); check that it is there")
        except UnicodeDecodeError:
            self.problem((), "is not UTF-8 text; save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._syntax(str(error))
        except ValidationError as error:
            for fault in error.errors():
                self.problem(fault["loc"], _sentence(fault["type"], fault["msg"]))
        return None

    def _syntax(self, message: str) -> None:
        place = _SYNTAX_PLACE.search(message)
        line = int(place[1]) if place and place[1] else len(self.text.splitlines())
        said = _SYNTAX_PLACE.sub("", message)
        self._problems.append(Problem(self.path, line, "", f"not TOML: {said}; mend this line"))


def _sentence(kind: str, message: str) -> str:
    """A validation message in the words of the person who writes the file."""
    match kind:
        case "extra_forbidden":
            return "unknown key; check its spelling, or remove it"
        case "missing":
            return "is missing; add it"
        case "value_error":
            return message.removeprefix("Value error, ")
        case _:
            return message[:1].lower() + message[1:]


class _Reader:
    """Reads every file of one folder and gathers what is wrong on the way."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.addresses: dict[str, Path] = {}

    def settings(self) -> Settings:
        file = _File(self.folder / MAIN_FILE, self.problems)
        main = file.read(MainFile)
        organizations = tuple(self._organizations(main))
        if main is None or self.problems:
            raise ConfigError(self.problems)
        for key in ("mail", "webhook"):
            if getattr(main.alarm, key):
                message = "nothing is sent yet; `feedhub sources` and /status/ tell of faults"
                self.warnings.append(file.note(("alarm", key), message))
        topics = tuple(
            Topic(slug=slug, title=each.title, categories=each.categories)
            for slug, each in main.topics.items()
        )
        return Settings(
            folder=self.folder.absolute(),
            state=state_folder(self.folder, self.environ),
            site=Site(**dict(main.site), topics=topics, organizations=organizations),
            rules=Rules(
                words=main.excerpt.words,
                more=main.excerpt.more,
                drop_title=main.excerpt.drop_title,
                language=main.site.language,
                languages=main.site.languages,
                topics=topics,
                media=f"{main.site.url}media/",
            ),
            limits=_limits(main.poll),
            warnings=tuple(self.warnings),
            **{name: getattr(main, name) for name in _HANDED_ON},
        )

    def _organizations(self, main: MainFile | None) -> Iterator[Organization]:
        for path in sorted((self.folder / ORGANIZATIONS).glob("*.toml")):
            file = _File(path, self.problems)
            if not _SLUG.fullmatch(path.stem):
                file.problem((), "name the file with small letters a-z, digits and hyphens only")
            shape = file.read(OrganizationFile)
            if shape and main:
                yield _Partner(self, file, shape, main).organization()

    def secret(self, name: str) -> str | None:
        """A systemd credential of that name, else an environment variable, else None."""
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        credential = Path(folder, name) if folder and "/" not in name else None
        if credential and credential.is_file():
            return credential.read_text("utf-8").rstrip("\n")
        return self.environ.get(name)


_HANDED_ON = ("dedupe", "publish", "serve", "store", "alarm", "websub")


class _Partner:
    """One organization's file, and what it inherits from the main file."""

    def __init__(
        self, reader: _Reader, file: _File, shape: OrganizationFile, main: MainFile
    ) -> None:
        self.reader = reader
        self.file = file
        self.shape = shape
        self.main = main
        self.slug = file.path.stem

    def organization(self) -> Organization:
        self._check_topics((), self.shape.topics)
        sources = tuple(chain(self._feeds(), self._articles()))
        shape = self.shape
        return Organization(
            slug=self.slug,
            name=shape.name,
            homepage=shape.homepage,
            language=shape.language,
            contact=shape.contact,
            domains=tuple(each.lower() for each in shape.domains),
            licence=shape.licence,
            enabled=shape.enabled,
            sources=sources,
        )

    def _feeds(self) -> Iterator[Source]:
        keys = self._keys("feeds", "feed", [each.key for each in self.shape.feeds])
        for number, (key, feed) in enumerate(zip(keys, self.shape.feeds, strict=True)):
            self._check_address(number, feed.url)
            secrets = self._secrets(number, feed)
            own = {"url": feed.url, "keep_parameters": feed.keep_parameters, **secrets}
            own["page_images"] = feed.page_images
            yield self._source(("feeds", number), key, feed, **own)

    def _articles(self) -> Iterator[Source]:
        keys = self._keys("articles", "articles", [each.key for each in self.shape.articles])
        for number, (key, folder) in enumerate(zip(keys, self.shape.articles, strict=True)):
            path = Path(os.path.normpath(self.file.path.parent.absolute() / folder.path))
            yield self._source(("articles", number), key, folder, path=str(path))

    def _source(
        self,
        place: tuple[str | int, ...],
        key: str,
        shape: FeedSection | ArticlesSection,
        **own: Any,
    ) -> Source:
        self._check_topics(place, shape.topics)
        partner, main = self.shape, self.main
        return Source(
            name=f"{self.slug}/{key}",
            organization=self.slug,
            organization_name=partner.name,
            homepage=partner.homepage,
            title=shape.title,
            language=shape.language or partner.language,
            timezone=shape.timezone or partner.timezone or main.site.timezone,
            topics=tuple(dict.fromkeys((*partner.topics, *shape.topics))),
            domains=tuple(each.lower() for each in partner.domains),
            republish=partner.republish or main.publish.republish,
            licence=partner.licence,
            enabled=partner.enabled,
            dates=shape.dates,
            interval=shape.interval or main.poll.interval,
            include=shape.include,
            exclude=shape.exclude,
            allow_networks=partner.allow_networks,
            **own,
        )

    def _keys(self, table: str, stem: str, given: list[str | None]) -> list[str]:
        """Each source's key: as given, else `stem`, `stem-2`, … by its place in the file."""
        keys = [key or (stem if n == 0 else f"{stem}-{n + 1}") for n, key in enumerate(given)]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                self.file.problem((table, number, "key"), f'"{key}" is taken; choose another key')
        return keys

    def _check_topics(self, place: tuple[str | int, ...], topics: tuple[str, ...]) -> None:
        for topic in topics:
            if topic not in self.main.topics:
                message = (
                    f'there is no [topics.{topic}] in {MAIN_FILE}; add it, or correct "{topic}"'
                )
                self.file.problem((*place, "topics"), message)

    def _check_address(self, number: int, address: str) -> None:
        if other := self.reader.addresses.get(address):
            message = f"the same feed is already in {other.name}; keep one of the two"
            self.file.problem(("feeds", number, "url"), message)
        self.reader.addresses[address] = self.file.path

    def _secrets(self, number: int, feed: FeedSection) -> dict[str, Any]:
        """Headers, user name and password of a feed, taken from where the file says."""
        headers = tuple(
            (name, self._resolved((number, "headers", name), value) or "")
            for name, value in feed.headers.items()
        )
        password = feed.password_env and self._named((number, "password_env"), feed.password_env)
        return {"headers": headers, "username": feed.username, "password": password}

    def _resolved(self, place: tuple[str | int, ...], value: str) -> str | None:
        if not value.startswith(_ENVIRONMENT):
            return value
        return self._named(place, value.removeprefix(_ENVIRONMENT).strip())

    def _named(self, place: tuple[str | int, ...], name: str) -> str | None:
        secret = self.reader.secret(name)
        if secret is None:
            message = f"{name} is not set here; requests go without it until it is"
            self.reader.warnings.append(self.file.note(("feeds", *place), message))
        return secret


def _limits(poll: PollSection) -> Limits:
    return Limits(
        deadline=poll.deadline,
        wire_bytes=poll.max_bytes,
        decoded_bytes=poll.max_bytes * _DECODED_SHARE,
        concurrency=poll.concurrency,
        per_host=poll.per_host,
        host_delay=poll.host_delay,
        ports=poll.ports,
        allow_networks=poll.allow_networks,
    )
