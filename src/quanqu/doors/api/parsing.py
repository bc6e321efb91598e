"""Reading JSON bodies: what RFC 8259 does not allow, or nobody means, is refused."""

import json
from typing import Any, cast

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.types import DictStrAny

_DEEPEST = 64


class StrictParser(Parser):
    """Refuses NaN and Infinity, and nesting beyond what any call needs."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the body's value. Raises: HttpError 400, ValueError."""
        try:
            found = json.loads(request.body, parse_constant=_refuse)
        except RecursionError:
            raise HttpError(400, "The request body is nested too deeply.") from None
        if not isinstance(found, dict):  # a schema without required fields would take anything
            raise ValueError("the request body is not an object")
        if _depth(found) > _DEEPEST:
            raise HttpError(400, "The request body is nested too deeply.")
        return cast(DictStrAny, found)


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        held, level = waiting.pop()
        if not isinstance(held, dict | list):
            continue
        deepest = max(deepest, level)
        inner = held.values() if isinstance(held, dict) else held
        waiting.extend((item, level + 1) for item in inner)
    return deepest
