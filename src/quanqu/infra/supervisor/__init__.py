"""Runs the parts of an installation as child processes: starts, watches, restarts, stops them."""
