"""What the room decides, in pure functions."""
