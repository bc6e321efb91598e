"""Who acts, with what right, over which part of the group."""
