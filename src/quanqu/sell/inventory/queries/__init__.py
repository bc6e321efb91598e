"""What is read of stock."""
