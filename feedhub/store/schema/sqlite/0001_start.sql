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

CREATE TABLE entries (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  canonical_url TEXT,
  published TEXT NOT NULL,
  story TEXT NOT NULL,
  reason TEXT NOT NULL,
  score REAL NOT NULL,
  withdrawn TEXT,
  record TEXT NOT NULL,
  UNIQUE (source, id)
) STRICT;
CREATE INDEX entries_by_address ON entries (canonical_url, source) WHERE canonical_url IS NOT NULL;
CREATE INDEX entries_by_story ON entries (story);
CREATE INDEX entries_by_publication ON entries (published);

-- Other ids that a source has given to an entry.
CREATE TABLE aliases (
  source TEXT NOT NULL,
  alias TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (source, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE stories (
  id TEXT PRIMARY KEY,
  first_published TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_by_publication ON stories (first_published, id);

-- Which stories stand in which channel, newest first; rebuilt when the configuration changes.
CREATE TABLE listing (
  channel TEXT NOT NULL,
  published TEXT NOT NULL,
  story TEXT NOT NULL,
  PRIMARY KEY (channel, published, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_by_story ON listing (story);

-- Small facts of the hub itself, such as what the listing was built for.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a command asked of the running daemon: sources to poll now; '' asks to publish anew.
CREATE TABLE requests (
  source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
