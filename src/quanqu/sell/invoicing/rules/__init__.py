"""The rules of invoices: pure functions of values."""
