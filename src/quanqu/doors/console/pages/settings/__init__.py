"""Settings: the reader's own, the organisation, people, keys and sources."""
