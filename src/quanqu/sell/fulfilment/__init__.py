"""Fulfilment: picking, packing, parcels and the carriers that take them."""
