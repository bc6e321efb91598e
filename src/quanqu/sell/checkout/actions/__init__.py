"""What changes live orders."""
