"""Decisions of know.privacy."""
