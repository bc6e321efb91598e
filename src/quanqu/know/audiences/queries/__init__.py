"""Reads of know.audiences: expressions over the lake, and the saved audiences."""
