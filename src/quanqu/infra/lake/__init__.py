"""The lake: Delta tables that rooms publish and append to, read through one engine."""
