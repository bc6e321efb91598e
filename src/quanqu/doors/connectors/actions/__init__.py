"""Writes of connectors: runs, saved mappings, webhooks."""
