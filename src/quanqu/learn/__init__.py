"""The learn wing: what happened and what it means."""
