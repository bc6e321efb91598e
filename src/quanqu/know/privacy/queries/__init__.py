"""Reads of know.privacy."""
