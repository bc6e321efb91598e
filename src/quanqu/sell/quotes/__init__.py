"""Quotes: prices agreed with companies, until they are an order."""
