"""Encryption and keyed hashes of personal data where it rests."""
