"""Definitions: pure expressions over lake tables, table in, table out."""
