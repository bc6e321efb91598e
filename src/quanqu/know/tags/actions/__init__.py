"""Writes of know.tags."""
