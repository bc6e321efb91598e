"""Outgoing webhooks: signed, spaced out when they fail, never into private networks."""
