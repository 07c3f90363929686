-- What looking at an entry's page, at this address, has told: `gone` counts the looks in a row that
-- were answered by 410 Gone.
CREATE TABLE looks (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  address TEXT NOT NULL,
  looked TEXT NOT NULL,
  gone INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
