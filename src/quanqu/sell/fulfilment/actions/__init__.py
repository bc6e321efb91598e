"""What changes in fulfilment."""
