"""Writes of know.privacy."""
