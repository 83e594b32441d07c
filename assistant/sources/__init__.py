"""Ways in: records, feeds, OPML, listings, pages and lists, with one safe fetcher for all. `ingest` puts them to use."""
