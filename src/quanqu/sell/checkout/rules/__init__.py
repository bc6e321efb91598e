"""The rules of live orders: pure functions of values."""
