"""What is read of live orders."""
