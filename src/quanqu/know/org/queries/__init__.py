"""Reads of know.org."""
