"""Sell: what to order again, when and from whom."""
