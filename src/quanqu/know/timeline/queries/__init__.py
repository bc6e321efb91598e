"""Reads of the timeline."""
