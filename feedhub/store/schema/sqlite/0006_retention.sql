-- When the story grew older than what is kept; it is published no more, and its id never again.
ALTER TABLE stories ADD COLUMN expired TEXT;
