"""Facts that rooms state in their transaction and that other rooms hear after the commit."""
