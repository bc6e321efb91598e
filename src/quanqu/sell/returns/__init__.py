"""Returns, exchanges and claims of every channel at any place."""
