"""What changes returns."""
