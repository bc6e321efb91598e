"""Profiles as JSON and in words."""

from typing import Any

from quanqu.sell.sourcing.contracts import Profile
from quanqu.sell.sourcing.rules.reading import profile_schema, written
from quanqu.sell.sourcing.rules.sentences import sentences

__all__ = ["profile_body", "profile_sentences", "schema_of_profiles"]


def schema_of_profiles() -> dict[str, Any]:
    """Return the JSON Schema of a profile."""
    return profile_schema()


def profile_body(*, profile: Profile) -> dict[str, Any]:
    """Return a profile as a JSON object, every field told."""
    return written(profile)


def profile_sentences(*, profile: Profile, language: str, currency: str) -> tuple[str, ...]:
    """Return a profile in words, in English or Chinese (`zh-hans`); amounts in the currency."""
    return sentences(profile, language=language, currency=currency)
