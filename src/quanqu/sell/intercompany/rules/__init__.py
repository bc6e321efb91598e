"""The rules of what goes between companies: pure functions of values."""
