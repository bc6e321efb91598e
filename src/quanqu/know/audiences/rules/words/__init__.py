"""A definition in words: one grammar of sentences per language, written, not translated."""
