"""The organisation: the tree of units, the people in it and what they may do where."""
