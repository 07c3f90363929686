-- Nothing is looked up by these, and every new entry paid for them: months are those of `bindings`,
-- and stories are asked for in their order only when all are listed anew.
DROP INDEX listing_by_month;
ALTER TABLE listing DROP COLUMN first_published;
DROP INDEX stories_by_publication;
