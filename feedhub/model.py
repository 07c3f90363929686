"""The records that travel through the house; they import nothing of ours.

Site                  the whole configuration that readers can see
    Topic             one word of the site's vocabulary
    Organization      a partner
Source                what to poll: a feed of an organization, or a folder of its articles
Rules                 how entries are judged, the same for every source
Limits                how far a fetch may go
Memory                what the hub remembers of a source between polls
Outcome               what one poll gave, a value and never an exception
    Fetched           new bytes
        Document      one file or one response body
    Unchanged         the source says that nothing is new
    Gone              the source says that it will not come back (410)
    Failed            nothing usable came
        Fault         what is wrong, in words, and what mends it
RawFeed               documents as parsed, before any judgement
    RawEntry          one item of it
        Text          a text construct: its characters and their kind
        Author, Enclosure, Translation
Entry                 the common record; identity is (source, id)
    Dropped           an item that was not made an entry, and why
Traits                what an entry is found and compared by
    Kin               an entry that may be a translation of another
Verdict               where an entry belongs, and why
    Grouping          when two texts are one story
    Neighbours        what the store holds that could be the same
    Stored            an entry as the store holds it
    Look              an entry's page, and what looking at it has told
    Group             all stored entries of one story
    Revision          one edit of an entry
        Edit          what became of one field of it
Story                 what is published: one or more entries that tell the same thing
    Member            one entry's part in a story, with the reason
Deleted               a story that was given out and has been taken back
Happening             a line of the journal
Output                one published file: its name and its bytes
Subscription          who is told of a feed's news, where and until when (WebSub)
Delivery              news that are owed to a subscriber

Every time is an aware datetime in UTC with whole seconds, unless a field says otherwise.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

TextKind = Literal["text", "html", "xhtml"]
Republish = Literal["link", "excerpt", "full"]
DateTrust = Literal["trust", "first-seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing to poll, with all that its organization's file says of it.

    Exactly one of `url` (a feed) and `path` (a folder of article files) is given.
    """

    name: str
    """ORGANIZATION/KEY, unique in the configuration."""
    organization: str
    """The organization's slug."""
    organization_name: str
    homepage: str | None = None
    url: str | None = None
    path: str | None = None
    """An absolute folder path."""
    title: str | None = None
    language: str | None = None
    """BCP 47, as configured for the feed, else for the organization; None when neither says."""
    timezone: str = "Europe/Helsinki"
    """IANA name; for dates that name no zone."""
    topics: tuple[str, ...] = ()
    """Slugs of topics that every entry of the source gets."""
    domains: tuple[str, ...] = ()
    """Hosts that the organization owns, lower case."""
    republish: Republish = "excerpt"
    licence: str | None = None
    enabled: bool = True
    dates: DateTrust = "trust"
    interval: timedelta = timedelta(hours=1)
    include: tuple[str, ...] = ()
    """An entry must match one of these, when there are any; see `normalize`."""
    exclude: tuple[str, ...] = ()
    keep_parameters: tuple[str, ...] = ()
    """Names of query parameters that are no trackers here, though they look like it."""
    page_images: bool = False
    """Entries without a picture get the one that their page names; see `pipeline.pages`."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    """Resolved from the environment when the configuration is read; never written anywhere."""
    allow_networks: tuple[str, ...] = ()
    """CIDR, host or host:port that this source may reach though they are private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One word of the site's vocabulary, and the categories that mean it."""

    slug: str
    title: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A partner: one file of the configuration."""

    slug: str
    name: str
    homepage: str | None = None
    language: str | None = None
    contact: str | None = None
    domains: tuple[str, ...] = ()
    licence: str | None = None
    enabled: bool = True
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the published files say of the hub itself.

    `url` is the public base address and ends with a slash.
    """

    title: str
    description: str
    url: str
    language: str
    languages: tuple[str, ...]
    timezone: str
    contact: str | None = None
    topics: tuple[Topic, ...] = ()
    organizations: tuple[Organization, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How entries are judged, the same for every source."""

    words: int = 55
    more: str = " […]"
    drop_title: bool = True
    language: str = "fi"
    """The site's own, for a source that declares none and a text too short to tell."""
    languages: tuple[str, ...] = ("fi", "sv", "en", "se", "smn", "sms")
    topics: tuple[Topic, ...] = ()
    max_entries: int = 500
    """Entries taken from one poll."""
    media: str = "http://127.0.0.1:8080/media/"
    """Below this address the images of article folders are published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a fetch may go. Sizes are bytes."""

    deadline: timedelta = timedelta(seconds=30)
    """For the whole fetch: redirects and body included."""
    connect: timedelta = timedelta(seconds=5)
    idle: timedelta = timedelta(seconds=10)
    wire_bytes: int = 10_000_000
    decoded_bytes: int = 20_000_000
    header_bytes: int = 65_536
    redirects: int = 5
    concurrency: int = 32
    per_host: int = 1
    host_delay: timedelta = timedelta(seconds=1)
    ports: tuple[int, ...] = ()
    """Ports that may be connected to; empty means every port."""
    allow_networks: tuple[str, ...] = ()
    """CIDR, host or host:port that may be reached though they are private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a source.

    `code` is stable and names the sentence in every language (`http-404`, `timeout`, `html`);
    `message` and `remedy` are the English sentences, for a person who is no programmer.
    """

    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the hub remembers of a source between polls (RFC 9110 section 8.8 for validators)."""

    source: str
    configured: str | None = None
    """The configured address or folder that all of this was learnt at."""
    next_poll: datetime | None = None
    """None before the first poll: due at once."""
    last_poll: datetime | None = None
    last_good: datetime | None = None
    """When the source last answered with a usable feed, or said that nothing was new."""
    polls: int = 0
    failures: int = 0
    """Failed polls since the last good one."""
    fault: Fault | None = None
    etag: str | None = None
    """Byte for byte as received, quotes and W/ included."""
    last_modified: str | None = None
    """Byte for byte as received."""
    whole_since: datetime | None = None
    """When a whole body was last received; an unconditional request is due some days after."""
    stuck: bool = False
    """It has answered 304 though there was news: its validators are believed for a day only."""
    body_hash: str | None = None
    """Of the decoded body last parsed: the same bytes need no parsing."""
    judged: str | None = None
    """Fingerprint of the settings that the last body was judged by; others ask for a new look."""
    refused: str | None = None
    """Of the body that `fault` was found in, and of what it was read by: it will be found again."""
    url: str | None = None
    """The adopted address after a lasting permanent redirect, else None."""
    moved_to: str | None = None
    """Where permanent redirects have pointed, before the move is adopted."""
    moved_polls: int = 0
    moved_since: datetime | None = None
    gone: int = 0
    """How often in a row the source has answered 410 Gone."""
    retired: bool = False
    """Polled no more, until its configuration changes."""
    update_every: timedelta | None = None
    """The feed's own wish when it was last read; an answer of 304 does not repeat it."""
    skip_hours: tuple[int, ...] = ()
    """As in RawFeed."""
    skip_days: tuple[int, ...] = ()
    """As in RawFeed."""
    newest: datetime | None = None
    """When the newest entry seen so far was published."""
    rhythm: timedelta | None = None
    """The mean time between the newest entries, None when they are too few to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file or one response body.

    `name` is what tells documents of one source apart: empty for a feed, the path relative to
    the folder (with slashes) for an article file. `address` is where it came from: the final
    URL after redirects, or the absolute file path.
    """

    name: str = ""
    address: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    """The Content-Type header field as received."""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """New bytes. `partial` means that absence tells nothing (226 IM Used, RFC 3229)."""

    documents: tuple[Document, ...]
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    """How long the source asks not to be asked again (RFC 9111 section 4.2)."""
    moved_to: str | None = None
    """The target when every redirect on the way was permanent (301, 308), else None."""
    partial: bool = False
    faults: tuple[Fault, ...] = ()
    """Single documents that were refused, by name; the others stand."""
    fingerprint: str | None = None
    """Of the documents, once they have been read and are not kept any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """304 Not Modified, or the same files; may carry new validators (RFC 9110 15.4.5)."""

    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """410 Gone (RFC 9110 section 15.5.11)."""

    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing usable came; what is stored of the source stays as it is."""

    fault: Fault
    retry_after: timedelta | None = None
    """As the source asked (RFC 9110 section 10.2.3)."""
    refused: str | None = None
    """Fingerprint of a body that is at fault by itself, and of what it was read by."""


Outcome = Fetched | Unchanged | Gone | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text construct (RFC 4287 section 3.1): characters and what they are."""

    value: str
    kind: TextKind = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person or organization; the address, if any, is never published."""

    name: str
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A related file (RSS enclosure, Atom link rel=enclosure, JSON Feed attachment)."""

    url: str
    type: str | None = None
    length: int | None = None
    """In bytes."""
    duration: int | None = None
    """In seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A declared address of the same text in another language."""

    language: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One item as parsed. Nothing is judged yet: any field may be absurd.

    `url` is the best alternate link, made absolute; never an id that is no address.
    `published` and `updated` are the written dates, unparsed.
    """

    id: str | None = None
    url: str | None = None
    title: Text | None = None
    summary: Text | None = None
    content: Text | None = None
    base: str | None = None
    """What relative links in `summary` and `content` are relative to."""
    published: str | None = None
    updated: str | None = None
    authors: tuple[Author, ...] = ()
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Topic slugs that an article's front matter names."""
    language: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    translations: tuple[Translation, ...] = ()
    draft: bool = False
    local: bool = False
    """From an article file: a future date holds it back, and its excerpt was written by hand."""
    document: str = ""
    """The name of the document that it stood in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """What the documents of one poll say, before any judgement."""

    title: str | None = None
    url: str | None = None
    """The home page that the feed names."""
    language: str | None = None
    authors: tuple[Author, ...] = ()
    image: str | None = None
    update_every: timedelta | None = None
    """From ttl, sy:updatePeriod and sy:updateFrequency."""
    skip_hours: tuple[int, ...] = ()
    """0 to 23, GMT."""
    skip_days: tuple[int, ...] = ()
    """Monday is 0."""
    complete: bool = False
    """fh:complete (RFC 5005 section 2): what is absent has been removed."""
    expired: bool = False
    """JSON Feed `expired`: nothing will ever be added, and the feed wants no more polls."""
    entries: tuple[RawEntry, ...] = ()
    truncated: bool = False
    """The document was cut off; its last, half entry is not among `entries`."""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The common record. Identity is (source, id); texts are NFC and fit for XML and JSON."""

    source: str
    id: str
    url: str | None
    canonical_url: str | None
    title: str
    """Plain text, never empty."""
    excerpt: str
    """Plain text."""
    content_html: str
    """Safe HTML with absolute links; may be empty."""
    authors: tuple[str, ...]
    published: datetime
    updated: datetime
    first_seen: datetime
    language: str
    """BCP 47; "und" when unknown."""
    categories: tuple[str, ...]
    topics: tuple[str, ...]
    image: str | None
    enclosures: tuple[Enclosure, ...]
    translations: tuple[Translation, ...]
    content_hash: str
    """Over what a reader would notice; equal hashes mean no edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An item that was not made an entry. `reason` is a phrase for the journal."""

    id: str
    title: str
    reason: str
    url: str | None = None
    """As written, so that whoever asks by the address finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an entry is found and compared by; all of it follows from the entry alone."""

    keys: tuple[int, ...] = ()
    """What like texts are found by; see `likeness.sketch`."""
    clues: tuple[int, ...] = ()
    """What translations have in common, in 32 bits each; see `dedupe.siblings`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An entry beside others in other languages: enough to find translations by."""

    source: str
    id: str
    story: str
    language: str
    picture: str | None
    """The address of its image."""
    clues: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An entry as the store holds it, with its place in a story and the reason for that place."""

    entry: Entry
    story: str
    reason: str
    score: float
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An entry's page, and what looking at it has told; see `pipeline.looks`."""

    source: str
    id: str
    address: str
    published: datetime
    """The entry's."""
    stands: bool
    """The entry is not withdrawn."""
    looked: datetime | None = None
    """When the page at this address was last looked at."""
    gone: int = 0
    """Looks in a row that were answered by 410 Gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """When two texts of different sources are one story."""

    window: timedelta = timedelta(days=30)
    """How far apart they may have been published."""
    threshold: float = 0.8
    """The share of the shorter text's words that must stand in the longer one, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What the store holds that could be the same as an entry, strongest evidence first."""

    former: Stored | None = None
    """Of the same source: it once had this id."""
    at_address: tuple[Stored, ...] = ()
    """Of the same source, at the same canonical address; newest first."""
    titled: tuple[Stored, ...] = ()
    """Of the same source, under the same title; newest first."""
    elsewhere: tuple[Stored, ...] = ()
    """Of other sources, at the same canonical address; first seen first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What became of one field of an entry; both texts are cut to what a person can read."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One edit of an entry, of one field or several."""

    time: datetime
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where an entry belongs, and why. `entry` is the record to keep from now on."""

    entry: Entry
    story: str
    reason: str
    score: float
    changed: bool
    """Whether the record differs from the stored one."""
    alias: str | None = None
    """Another id that the source gives to this entry."""
    traits: Traits = field(default_factory=Traits)
    edits: tuple[Edit, ...] = ()
    """What a reader would notice of the change."""
    merged: tuple[str, ...] = ()
    """Stories that turn out to be this one: their entries move over."""
    like: tuple[str, str] | None = None
    """Source and id of the entry that it was grouped with."""
    backlog: bool = False
    """Older than it seems: a new story of it does not stand among the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All stored entries of one story that are neither withdrawn nor of a removed source."""

    story: str
    first_published: datetime
    members: tuple[Stored, ...]
    hidden: bool = False
    """An operator took it out of what is published."""
    expired: bool = False
    """It is older than what is kept."""
    backlog: bool = False
    translations: tuple[Translation, ...] = ()
    """Other stories that tell the same in other languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A line of the journal: what became of an item, by its id in its source."""

    time: datetime
    source: str
    item: str
    step: str
    """A word of `pipeline.journal`."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry's part in a story, and why it is there."""

    source: str
    id: str
    url: str | None
    title: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is published. `id` is an IRI and never changes; `face` is the entry shown."""

    id: str
    published: datetime
    """The earliest of its members."""
    updated: datetime
    first_published: datetime
    """When the hub first gave it out; never changes and never runs backwards."""
    face: Entry
    members: tuple[Member, ...]
    translations: tuple[Translation, ...] = ()
    """The same in other languages: as the face declares it, and as the hub found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A story that was given out and has been taken back (RFC 6721)."""

    id: str
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One published file: `name` is its path below the public address, without a first slash."""

    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who is told of a feed's news (WebSub section 5).

    `topic` is the feed's address. Whoever knows the callback may unsubscribe it, and the secret
    signs what is delivered: neither is ever shown.
    """

    topic: str
    callback: str = field(repr=False)
    host: str
    """The callback's."""
    secret: str | None = field(default=None, repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """News that are owed to a subscriber, and how often giving them has failed in a row."""

    subscription: Subscription
    news: int
    """How often the feed has had news."""
    changed: datetime
    """When it last had."""
    failures: int
