"""Repeat delivery: what a buyer gets again and again, each delivery one order."""
