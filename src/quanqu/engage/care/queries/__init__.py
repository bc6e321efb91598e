"""Reads: the facts of a customer from the rooms' facades, who offers actions, what is chosen."""
