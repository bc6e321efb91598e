"""Plumbing every room stands on; knows no room."""
