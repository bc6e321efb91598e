"""What the timeline reads from outside the house."""
