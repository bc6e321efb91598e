"""The rules of quotes: pure functions of values."""
