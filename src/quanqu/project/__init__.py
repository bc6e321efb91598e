"""The only code that knows every room."""
