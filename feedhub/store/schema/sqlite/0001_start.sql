-- Times are UTC text, YYYY-MM-DDTHH:MM:SSZ: they sort as they are.
-- `record` is the whole record as JSON; the columns beside it are what is searched by.

-- The sources of the current configuration; an entry of any other source is not published.
CREATE TABLE sources (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE memories (
  source TEXT PRIMARY KEY,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `title` is a hash of the folded title; `missing` counts the polls in a row that the entry should
-- have stood in; `keys` are those of the sketch, as they stand in `sketches`.
CREATE TABLE entries (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  canonical_url TEXT,
  title INTEGER NOT NULL,
  language TEXT NOT NULL,
  published TEXT NOT NULL,
  story TEXT NOT NULL,
  reason TEXT NOT NULL,
  score REAL NOT NULL,
  withdrawn TEXT,
  missing INTEGER NOT NULL DEFAULT 0,
  keys BLOB NOT NULL,
  record TEXT NOT NULL,
  UNIQUE (source, id)
) STRICT;
CREATE INDEX entries_by_address ON entries (canonical_url, source) WHERE canonical_url IS NOT NULL;
CREATE INDEX entries_by_title ON entries (source, title);
CREATE INDEX entries_by_story ON entries (story);
CREATE INDEX entries_by_publication ON entries (published);
CREATE INDEX entries_in_window ON entries (source, published) WHERE withdrawn IS NULL;
CREATE INDEX entries_missing ON entries (source) WHERE missing > 0;

-- Other ids that a source has given to an entry; only the newest of each entry are kept.
CREATE TABLE aliases (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  alias TEXT NOT NULL,
  id TEXT NOT NULL,
  UNIQUE (source, alias)
) STRICT;
CREATE INDEX aliases_by_entry ON aliases (source, id);

-- What became of an entry, as JSON; only the newest of each entry are kept.
CREATE TABLE revisions (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  time TEXT NOT NULL,
  edits TEXT NOT NULL
) STRICT;
CREATE INDEX revisions_by_entry ON revisions (source, id);

-- Which entries have which keys of a text. The days of publication are cut into spans, so that what
-- is near in time lies together and a look-up touches little, however much is stored.
CREATE TABLE sketches (
  span INTEGER NOT NULL,
  key INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (span, key, entry)
) STRICT, WITHOUT ROWID;

-- `hidden` is when an operator hid the story; `backlog` keeps a story from the newest.
CREATE TABLE stories (
  id TEXT PRIMARY KEY,
  first_published TEXT NOT NULL,
  hidden TEXT,
  backlog INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_by_publication ON stories (first_published, id);

-- What is searched: whole words and their beginnings, and what stands inside of a compound. Accents
-- make other words in Finnish and the Sámi languages, and stay. `rowid` is the entry's number.
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE parts USING fts5 (title, text, tokenize = "trigram");

-- Pairs of entries that an operator put into different stories, for good.
CREATE TABLE partings (
  one INTEGER NOT NULL,
  other INTEGER NOT NULL,
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;

-- Entries that tell one thing in two languages, each pair both ways; `language` is the other's.
CREATE TABLE siblings (
  one INTEGER NOT NULL,
  language TEXT NOT NULL,
  other INTEGER NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (one, language)
) STRICT, WITHOUT ROWID;

-- Canonical addresses that an entry calls its translations.
CREATE TABLE declarations (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (source, id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX declarations_by_address ON declarations (address);

-- Which stories stand in which channel, newest first; rebuilt when the configuration changes.
CREATE TABLE listing (
  channel TEXT NOT NULL,
  published TEXT NOT NULL,
  story TEXT NOT NULL,
  source TEXT NOT NULL,
  first_published TEXT NOT NULL,
  PRIMARY KEY (channel, published, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_by_story ON listing (story);
CREATE INDEX listing_by_month ON listing (channel, first_published, story);

-- Stories that once stood in a channel and are published no more.
CREATE TABLE deletions (
  channel TEXT NOT NULL,
  story TEXT NOT NULL,
  time TEXT NOT NULL,
  PRIMARY KEY (channel, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX deletions_by_time ON deletions (channel, time);

-- What happened to an item; `item` is its id in its source.
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  source TEXT NOT NULL,
  item TEXT NOT NULL,
  step TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_item ON journal (item, source);
CREATE INDEX journal_by_time ON journal (time);

-- Small facts of the hub itself, such as what the listing was built for.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a command asked of the running daemon: sources to poll now; '' asks to publish anew.
CREATE TABLE requests (
  source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
