"""The engines an expression can run on."""
