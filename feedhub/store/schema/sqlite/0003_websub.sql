-- What each feed was last known to say, how often that was news, and when it last was; `pinged` is
-- how much of it a WebSub hub elsewhere has been told of.
CREATE TABLE topics (
  address TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  news INTEGER NOT NULL,
  changed TEXT NOT NULL,
  pinged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Who has subscribed at our own WebSub hub. `told` is how much of the topic's news was delivered;
-- after `failures` in a row the next delivery is tried `again` at that time.
CREATE TABLE subscriptions (
  topic TEXT NOT NULL,
  callback TEXT NOT NULL,
  host TEXT NOT NULL,
  secret TEXT,
  expires TEXT NOT NULL,
  told INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  again TEXT NOT NULL,
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_host ON subscriptions (host);
CREATE INDEX subscriptions_by_end ON subscriptions (expires);
