"""The kit: what every page is made of."""
