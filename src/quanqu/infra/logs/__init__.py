"""Logs: one line an event, readable on a terminal or as JSON, without personal data."""
