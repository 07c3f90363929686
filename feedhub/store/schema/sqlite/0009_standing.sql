-- In which channels each story stands, or once stood: `published` is its place among the newest,
-- NULL when it stands there no more; the rest says in which volume of the channel's archive it is
-- bound, for good, NULL until it is. One table for both: every new story pays for each index.
ALTER TABLE listing RENAME TO listed;
CREATE TABLE listing (
  number INTEGER PRIMARY KEY,
  story TEXT NOT NULL,
  channel TEXT NOT NULL,
  published TEXT,
  source TEXT NOT NULL,
  year INTEGER,
  month INTEGER,
  volume INTEGER,
  UNIQUE (story, channel)
) STRICT;
INSERT INTO listing
  SELECT b.number, b.story, b.channel, l.published, coalesce(l.source, ''), b.year, b.month, b.volume
  FROM bindings b LEFT JOIN listed l ON l.channel = b.channel AND l.story = b.story
  ORDER BY b.number;
INSERT OR IGNORE INTO listing (story, channel, published, source)
  SELECT story, channel, published, source FROM listed ORDER BY channel, published, story;
DROP TABLE listed;
DROP TABLE bindings;
CREATE INDEX listing_by_publication ON listing (channel, published, story)
  WHERE published IS NOT NULL;
CREATE INDEX listing_by_volume ON listing (channel, year, month, volume);
