"""Bulk roads between Arrow and PostgreSQL."""
