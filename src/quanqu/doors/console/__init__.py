"""The console: the screens people work in, over the facades of every room."""
