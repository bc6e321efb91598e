"""What is unfinished about a customer, and the one best thing to do about it now."""
