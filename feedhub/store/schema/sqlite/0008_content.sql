-- The entry's HTML, beside its record: as JSON it would be quoted and read back character by
-- character, and what only asks for the record need not pass over it.
ALTER TABLE entries ADD COLUMN content TEXT NOT NULL DEFAULT '';
UPDATE entries SET content = json_extract(record, '$.content_html'),
  record = json_remove(record, '$.content_html');
