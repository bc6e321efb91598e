"""Matching: the same person under different details, found by a model and settled by people."""
