"""How know.audiences reaches other systems."""
