"""The one folder that holds everything of an installation."""
