"""Profiles as JSON and in words."""

from collections.abc import Mapping
from typing import Any

from quanqu.sell.sourcing.contracts import Profile
from quanqu.sell.sourcing.rules.reading import profile_schema, read_profile, written
from quanqu.sell.sourcing.rules.sentences import sentences

__all__ = ["profile_body", "profile_sentences", "read_body", "schema_of_profiles"]


def schema_of_profiles() -> dict[str, Any]:
    """Return the JSON Schema of a profile."""
    return profile_schema()


def profile_body(*, profile: Profile) -> dict[str, Any]:
    """Return a profile as a JSON object, every field told."""
    return written(profile)


def read_body(*, body: Mapping[str, Any]) -> Profile:
    """Return the profile that a JSON object tells. Raises: ProfileError, naming the field."""
    return read_profile(body)


def profile_sentences(*, profile: Profile, language: str, currency: str) -> tuple[str, ...]:
    """Return a profile in words, in English or Chinese (`zh-hans`); amounts in the currency."""
    return sentences(profile, language=language, currency=currency)
