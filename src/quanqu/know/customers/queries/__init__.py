"""Reads of know.customers: tables in, contracts out."""
