"""What changes the books between companies."""
