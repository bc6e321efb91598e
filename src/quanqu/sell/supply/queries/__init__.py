"""What is read of supply."""
