-- In which volume of a channel's archive a story stands, for good; NULL until it is bound.
CREATE TABLE bindings (
  number INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  story TEXT NOT NULL,
  year INTEGER,
  month INTEGER,
  volume INTEGER,
  UNIQUE (channel, story)
) STRICT;
CREATE INDEX bindings_by_volume ON bindings (channel, year, month, volume);

-- What is to be rendered anew: a channel (year 0), or one volume of its archive.
CREATE TABLE touched (
  channel TEXT NOT NULL,
  year INTEGER NOT NULL,
  month INTEGER NOT NULL,
  volume INTEGER NOT NULL,
  PRIMARY KEY (channel, year, month, volume)
) STRICT, WITHOUT ROWID;
