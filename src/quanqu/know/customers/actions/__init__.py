"""Writes of know.customers, each inside one transaction."""
