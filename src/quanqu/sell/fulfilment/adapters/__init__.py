"""Carriers, one file each, and what they share."""
