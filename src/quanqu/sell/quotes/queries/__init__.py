"""What is read of quotes."""
