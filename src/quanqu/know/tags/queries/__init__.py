"""Reads of know.tags."""
