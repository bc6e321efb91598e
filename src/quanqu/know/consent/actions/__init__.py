"""Writes of know.consent, each inside one transaction."""
