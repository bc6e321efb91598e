"""The sell wing: goods, prices, stock, orders."""
