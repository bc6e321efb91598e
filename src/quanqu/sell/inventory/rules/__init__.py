"""The decisions of stock: who is promised what, what gives way, which movements can be."""
