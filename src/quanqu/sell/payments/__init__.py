"""Money for what is sold: tenders, authorisations, captures, refunds, each exactly once."""
