"""What is done in supply."""
