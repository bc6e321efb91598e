"""Child processes that end with their parent, and locks that end with their holder."""
