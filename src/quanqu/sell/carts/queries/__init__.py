"""What is read of carts."""
