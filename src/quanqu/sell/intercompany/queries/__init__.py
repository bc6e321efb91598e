"""What is read of the books between companies."""
