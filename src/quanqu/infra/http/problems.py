"""Errors as problem+json (RFC 9457): the one place that knows HTTP statuses."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

from quanqu.infra.auth.contracts import NotSignedInError
from quanqu.infra.http.contracts import TransportError
from quanqu.kernel.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    QuanquError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
)
from quanqu.kernel.time import format_time

PROBLEM_TYPE: Final = "application/problem+json"

# The first family that fits decides; NotSignedIn is the 401 among what is not allowed.
_FAMILIES: Final[tuple[tuple[type[QuanquError], int, str], ...]] = (
    (NotSignedInError, 401, "Not signed in"),
    (InvalidError, 422, "Invalid input"),
    (NotFoundError, 404, "Not found"),
    (NotAllowedError, 403, "Not allowed"),
    (RefusedError, 409, "Refused"),
    (RateLimitedError, 429, "Too many requests"),
    (UnavailableError, 503, "Unavailable"),
)
_TRANSPORT: Final = {
    400: ("http.bad_request", "Bad request"),
    401: ("http.not_signed_in", "Not signed in"),
    403: ("http.forbidden", "Forbidden"),
    404: ("http.not_found", "Not found"),
    405: ("http.method_not_allowed", "Method not allowed"),
    406: ("http.not_acceptable", "Not acceptable"),
    408: ("http.request_timeout", "Request timeout"),
    409: ("http.conflict", "Conflict"),
    411: ("http.length_required", "Length required"),
    413: ("http.too_large", "Content too large"),
    415: ("http.unsupported_media_type", "Unsupported media type"),
    422: ("http.invalid_request", "Invalid input"),
    429: ("http.rate_limited", "Too many requests"),
    503: ("http.unavailable", "Unavailable"),
}
_BUG: Final = ("http.internal", "Internal error")


def status_of(error: QuanquError) -> int:
    """Return the HTTP status of an error's family."""
    return error.status if isinstance(error, TransportError) else status_of_family(type(error))


def status_of_family(kind: type[QuanquError]) -> int:
    """Return the HTTP status that errors of this class are answered with; 500 outside a family."""
    return next((status for family, status, _ in _FAMILIES if issubclass(kind, family)), 500)


def problem_of(error: QuanquError) -> dict[str, Any]:
    """Return an error as the members of a problem object."""
    status = status_of(error)
    if isinstance(error, TransportError):
        code, title = _TRANSPORT.get(status, _BUG)
    else:
        code = error.code
        title = next((name for family, _, name in _FAMILIES if isinstance(error, family)), _BUG[1])
    return {
        "type": f"/errors/{code}",
        "title": title,
        "status": status,
        "detail": str(error),
        "code": code,
        "request_id": str(get_contextvars().get("request_id", "")),
        "fields": {name: _plain(value) for name, value in error.fields.items()},
    }


def problem_response(error: QuanquError) -> HttpResponse:
    """Render an error, with the headers its status asks for."""
    problem = problem_of(error)
    response = HttpResponse(
        json.dumps(problem, ensure_ascii=False),
        status=problem["status"],
        content_type=PROBLEM_TYPE,
        headers={"Cache-Control": "no-store"},
    )
    if problem["status"] == 401:
        response["WWW-Authenticate"] = 'Bearer realm="quanqu"'
    retry = error.fields.get("retry_after_s")
    if problem["status"] in (429, 503) and isinstance(retry, int):
        response["Retry-After"] = str(retry)
    return response


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a framework's error page as a problem; anything that is one already stays."""
    kind = response.get("Content-Type", "").partition(";")[0]
    if response.status_code < 400 or kind == PROBLEM_TYPE:
        return response
    title = _TRANSPORT.get(response.status_code, _BUG)[1]
    detail = f"{title}: {request.method} {request.path}"
    rendered = problem_response(TransportError(response.status_code, detail))
    for name in ("Allow", "Retry-After"):
        if response.has_header(name):
            rendered[name] = response[name]
    rendered.cookies = response.cookies
    return rendered


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, datetime):
        return format_time(value) if value.tzinfo else value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(held) for held in value]
    if isinstance(value, date | Decimal | UUID):
        return str(value)
    return str(value)
