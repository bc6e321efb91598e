"""What is read of returns."""
