"""Orders, lines, payments, refunds and their history, as channels recorded them."""
