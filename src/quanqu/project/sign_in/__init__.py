"""How staff and programs come in: sessions, keys, links, and what a person's console looks like."""
