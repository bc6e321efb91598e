"""Decisions of the room: pure functions over arrays."""
