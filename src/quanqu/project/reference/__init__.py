"""Writes docs/reference from the program itself; `quanqu docs`."""
