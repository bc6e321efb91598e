"""Takes everything of an installation into one file, and brings it back. Never imports Django."""
