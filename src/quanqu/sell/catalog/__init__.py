"""Products, variants, categories, attributes, media, listings per channel, consistency audit."""
