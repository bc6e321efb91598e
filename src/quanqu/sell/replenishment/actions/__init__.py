"""What the room does: one transaction each."""
