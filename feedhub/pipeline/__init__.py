"""One pass over the due sources: fetch, read, keep, publish."""
