"""Writes of know.org."""
