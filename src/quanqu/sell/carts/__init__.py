"""Carts: what a shopper means to buy, until it is an order."""
