"""What the API of payments takes and shows."""
