"""What is done with quotes."""
