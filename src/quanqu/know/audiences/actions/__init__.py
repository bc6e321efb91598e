"""Writes of know.audiences, each inside one transaction."""
