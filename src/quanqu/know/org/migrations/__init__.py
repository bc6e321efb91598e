"""Migrations of know.org."""
