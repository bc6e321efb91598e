"""Examples of calls, as rooms put them into the API's document."""

from collections.abc import Mapping
from typing import Any

JSON = "application/json"


def with_examples(
    bodies: Mapping[str, tuple[str, Any]], answers: Mapping[str, tuple[str, Any]] | None = None
) -> dict[str, Any]:
    """Return what a call's document says beyond its schemas: for `openapi_extra` of a route.

    Shapes: name → (summary, JSON value), of bodies and of answers with status 200.
    """
    extra: dict[str, Any] = {"requestBody": {"content": {JSON: {"examples": _named(bodies)}}}}
    if answers:
        extra["responses"] = {200: {"content": {JSON: {"examples": _named(answers)}}}}
    return extra


def _named(examples: Mapping[str, tuple[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {"summary": summary, "value": value} for name, (summary, value) in examples.items()
    }
