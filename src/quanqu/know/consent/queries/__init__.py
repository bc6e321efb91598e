"""Reads of know.consent."""
