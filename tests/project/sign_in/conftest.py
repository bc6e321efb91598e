"""Passwords of these tests are hashed cheaply: how slowly Django hashes is not in question."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Settings) -> None:
    """Hash with one round; the product's own choice is for people who wait once."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
