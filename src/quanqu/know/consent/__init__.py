"""Who allowed what: an append-only ledger, and one gate over it."""
