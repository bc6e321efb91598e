"""Migrations of infra.http."""
