"""Requests of people about their data, erasure that is proven, and how long data is kept."""
