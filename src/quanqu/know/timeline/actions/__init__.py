"""Writes of the timeline."""
