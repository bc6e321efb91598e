"""What is read of fulfilment."""
