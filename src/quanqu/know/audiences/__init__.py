"""Groups of customers described by rules that are data."""
