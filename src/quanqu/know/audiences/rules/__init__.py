"""Pure decisions of know.audiences."""
