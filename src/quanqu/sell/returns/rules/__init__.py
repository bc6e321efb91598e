"""The rules of returns: pure functions of values."""
