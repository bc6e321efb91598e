"""Channels come in: a channel is a manifest and mappings; this is the engine that runs them."""
