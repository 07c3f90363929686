"""The shape of the configuration files: one model gives validation, defaults and JSON Schema."""

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from feedhub.model import DateTrust, Republish

RULE_FIELDS = ("title", "category", "url", "text", "author")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+)([smhd])")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"[^\s/@]+")


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a duration such as "90s", "30m", "2h" or "7d"')
    try:
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        raise ValueError("write a shorter duration") from None


def _some_time(value: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= value <= timedelta(days=366):
        raise ValueError('write a duration from "1m" to "366d"')
    return value


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("use small letters a-z, digits and single hyphens only")
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError('write a language tag such as "fi", "sv", "en", "se", "smn" or "sms"')
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('write an IANA time zone such as "Europe/Helsinki"') from None
    return value


def _address(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("write a whole address that begins with http:// or https://")
    return value.strip()


def _base(value: str) -> str:
    address = _address(value)
    return address if address.endswith("/") else f"{address}/"


def _network(value: str) -> str:
    if "/" in value:
        ip_network(value, strict=False)
    elif not _HOST.fullmatch(value):
        raise ValueError("write a CIDR block, a host, or host:port")
    return value


def _store(value: str | None) -> str | None:
    if value is not None:
        raise ValueError("records are kept in SQLite in the state folder; remove this line")
    return value


def _rule(value: str) -> str:
    name, colon, pattern = value.partition(":")
    if not colon or name.strip() not in RULE_FIELDS or not pattern.strip():
        raise ValueError(f'write "FIELD: PATTERN", FIELD being one of {", ".join(RULE_FIELDS)}')
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Positive = Annotated[Duration, Field(gt=timedelta(0))]
Interval = Annotated[Duration, AfterValidator(_some_time)]
Slug = Annotated[str, AfterValidator(_slug)]
Language = Annotated[str, AfterValidator(_language)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Address = Annotated[str, AfterValidator(_address)]
Base = Annotated[str, AfterValidator(_base)]
Network = Annotated[str, AfterValidator(_network)]
Rule = Annotated[str, AfterValidator(_rule)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Share = Annotated[float, Field(gt=0, le=1)]


class Section(BaseModel):
    """A table of a file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SiteSection(Section):
    """What the published files say of the hub itself."""

    title: Name
    description: str = ""
    url: Base = "http://127.0.0.1:8080/"
    language: Language = "fi"
    languages: tuple[Language, ...] = Field(("fi", "sv", "en", "se", "smn", "sms"), strict=False)
    timezone: Timezone = "Europe/Helsinki"
    contact: str | None = None


class TopicSection(Section):
    """One word of the site's vocabulary."""

    title: Name
    categories: tuple[str, ...] = Field((), strict=False)


class PollSection(Section):
    """How partners' servers are asked."""

    interval: Interval = timedelta(hours=1)
    deadline: Positive = timedelta(seconds=30)
    concurrency: int = Field(32, ge=1, le=256)
    per_host: int = Field(1, ge=1, le=8)
    host_delay: Duration = timedelta(seconds=1)
    max_bytes: int = Field(10_000_000, ge=10_000)
    ports: tuple[int, ...] = Field((), strict=False)
    allow_networks: tuple[Network, ...] = Field((), strict=False)


class ExcerptSection(Section):
    """How an excerpt is made when the author wrote none."""

    words: int = Field(55, ge=1, le=500)
    more: str = " […]"
    drop_title: bool = True


class DedupeSection(Section):
    """When two texts are one story."""

    window: Duration = timedelta(days=30)
    threshold: Share = 0.8


class PublishSection(Section):
    """What goes out."""

    entries: int = Field(100, ge=1, le=2_000)
    per_source_share: Share = 1.0
    republish: Republish = "excerpt"
    visible_source: bool = False
    keep: Duration | None = None


class ServeSection(Section):
    """Where the daemon answers."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65_535)


class StoreSection(Section):
    """Where records are kept; no address means SQLite in the state folder."""

    url: Annotated[str | None, AfterValidator(_store)] = None


class AlarmSection(Section):
    """Who is told when something stays broken."""

    after: Duration = timedelta(hours=24)
    mail: str | None = None
    webhook: Address | None = None


class WebsubSection(Section):
    """The hub that is told of new outputs."""

    hub: Address | Literal["self"] | None = None


class MainFile(Section):
    """feedhub.toml."""

    site: SiteSection
    topics: dict[Slug, TopicSection] = Field(default_factory=dict)
    poll: PollSection = PollSection()
    excerpt: ExcerptSection = ExcerptSection()
    dedupe: DedupeSection = DedupeSection()
    publish: PublishSection = PublishSection()
    serve: ServeSection = ServeSection()
    store: StoreSection = StoreSection()
    alarm: AlarmSection = AlarmSection()
    websub: WebsubSection = WebsubSection()


class SourceSection(Section):
    """What feeds and folders of articles have in common."""

    key: Slug | None = None
    title: Name | None = None
    interval: Interval | None = None
    language: Language | None = None
    timezone: Timezone | None = None
    topics: tuple[Slug, ...] = Field((), strict=False)
    dates: DateTrust = "trust"
    include: tuple[Rule, ...] = Field((), strict=False)
    exclude: tuple[Rule, ...] = Field((), strict=False)


class FeedSection(SourceSection):
    """One feed of an organization."""

    url: Address
    keep_parameters: tuple[str, ...] = Field((), strict=False)
    page_images: bool = False
    headers: dict[str, str] = Field(default_factory=dict)
    username: str | None = None
    password_env: str | None = None


class ArticlesSection(SourceSection):
    """One folder of article files."""

    path: Name


class OrganizationFile(Section):
    """organizations/SLUG.toml."""

    name: Name
    homepage: Address | None = None
    language: Language | None = None
    timezone: Timezone | None = None
    topics: tuple[Slug, ...] = Field((), strict=False)
    contact: str | None = None
    domains: tuple[str, ...] = Field((), strict=False)
    republish: Republish | None = None
    licence: str | None = None
    enabled: bool = True
    allow_networks: tuple[Network, ...] = Field((), strict=False)
    feeds: tuple[FeedSection, ...] = Field((), strict=False)
    articles: tuple[ArticlesSection, ...] = Field((), strict=False)
