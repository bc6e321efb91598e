"""The rules of carts: pure functions of values."""
