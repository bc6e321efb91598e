"""Pure decisions of know.tags."""
