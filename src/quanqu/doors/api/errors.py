"""What can go wrong in a call, as problems."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from quanqu.infra.auth.contracts import NotSignedInError
from quanqu.infra.http.contracts import RequestFieldsError, TransportError
from quanqu.infra.http.facade import problem_response
from quanqu.kernel.errors import QuanquError

Handler = Callable[[HttpRequest, Any], HttpResponse]


def add_error_handlers(api: NinjaAPI) -> None:
    """Answer every refusal of the API with one shape; bugs go on to the framework."""
    handlers: dict[type[Exception], Handler] = {
        QuanquError: lambda request, error: problem_response(error),
        AuthenticationError: lambda request, error: problem_response(NotSignedInError()),
        HttpError: _http_error,
        ValidationError: _fields,
        Http404: lambda request, error: problem_response(
            TransportError(404, f"Nothing is at {request.path}.")
        ),
        RequestDataTooBig: lambda request, error: problem_response(
            TransportError(413, "The request body is too large.")
        ),
        BadRequest: lambda request, error: problem_response(TransportError(400, str(error))),
        # Text PostgreSQL cannot hold (NUL, half a surrogate pair) and numbers beyond its range.
        DataError: _unstorable,
        UnicodeEncodeError: _unstorable,
    }
    for family, handler in handlers.items():
        api.add_exception_handler(family, handler)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    return problem_response(TransportError(error.status_code, str(error)))


def _fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    found = [
        {"where": ".".join(str(step) for step in item["loc"]), "reason": item["msg"]}
        for item in error.errors
    ]
    return problem_response(RequestFieldsError(errors=found))


def _unstorable(request: HttpRequest, error: Exception) -> HttpResponse:
    del request, error
    found = [{"where": "request", "reason": "a value is out of range or not storable text"}]
    return problem_response(RequestFieldsError(errors=found))
