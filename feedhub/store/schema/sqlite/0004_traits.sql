-- Which entries have which keys of a text. A place is a span of days of publication and, in its lower
-- 32 bits, a key: what is near in time lies together, and a look-up touches little, however much is
-- stored. `entries` are numbers of four bytes each.
DROP TABLE sketches;
CREATE TABLE sketches (
  place INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
) STRICT;

-- What translations are found by: 32 bits for each clue, four bytes each. A source's entries of one
-- language lie together in the order of their publication.
CREATE TABLE clues (
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  published TEXT NOT NULL,
  entry INTEGER NOT NULL,
  picture TEXT,
  clues BLOB NOT NULL,
  PRIMARY KEY (source, language, published, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO clues
  SELECT source, language, published, number, json_extract(record, '$.image'), x'' FROM entries;

-- The languages that each source has ever spoken.
CREATE TABLE tongues (
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  PRIMARY KEY (source, language)
) STRICT, WITHOUT ROWID;
INSERT INTO tongues SELECT DISTINCT source, language FROM entries;

-- `lines` is a JSON array of what happened to the item at one time: each a step and its text.
ALTER TABLE journal RENAME TO lines;
DROP INDEX journal_by_item;
DROP INDEX journal_by_time;
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  source TEXT NOT NULL,
  item TEXT NOT NULL,
  lines TEXT NOT NULL
) STRICT;
INSERT INTO journal
  SELECT number, time, source, item, json_array(json_array(step, text)) FROM lines ORDER BY number;
DROP TABLE lines;
CREATE INDEX journal_by_item ON journal (item, source);
CREATE INDEX journal_by_time ON journal (time);

-- Entries that search does not find yet.
CREATE TABLE unindexed (
  entry INTEGER PRIMARY KEY
) STRICT;
