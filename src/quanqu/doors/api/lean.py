"""Answers calls that come by the thousand, past the middleware of pages (`infra.http.lean`).

A call is taken here when everything about it is as expected: POST, a key, a JSON body that fits.
Everything else (a session, a wrong key, a body that does not fit, a query) is left to Django, which
tells what is wrong.  What is answered here has the same status, body and headers as there.
"""

import json
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.urls import get_resolver
from ninja.responses import NinjaJSONEncoder
from pydantic import ValidationError
from structlog.contextvars import bind_contextvars, clear_contextvars

from quanqu.doors.api.views import MOUNT
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.http.contracts import Limit, TransportError
from quanqu.infra.http.facade import (
    LeanCall,
    find_lean_call,
    name_of_call,
    note_answer,
    problem_response,
    put_limit_headers,
    request_id_of,
    require_calls,
    take,
)
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import actor_for_token

__all__ = ["with_lean_calls"]

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_PREFIX: Final = f"/{MOUNT}"
_SCHEME: Final = "Bearer "
_JSON: Final = "application/json"
_LARGEST: Final = 1 << 20
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = structlog.get_logger("quanqu.http")


def with_lean_calls(pages: Wsgi) -> Wsgi:
    """Return an application that answers lean calls itself and leaves the rest to `pages`."""
    _ = get_resolver().url_patterns  # rooms declare their calls as the routers are read

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        call = _call_of(environ)
        if call is None:
            return pages(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)
        asked = _asked(call, environ, body)
        if asked is None:
            return pages(environ, start_response)
        response = _answered(call, environ, *asked)
        head = f"{response.status_code} {response.reason_phrase}"
        start_response(head, list(response.items()))
        return [response.content]

    return serve


def _call_of(environ: dict[str, Any]) -> LeanCall | None:
    """Return the call a request is, where it is a plain one of moderate size."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST" or not path.startswith(_PREFIX):
        return None
    call = find_lean_call(path[len(_PREFIX) :])
    length = environ.get("CONTENT_LENGTH") or ""
    is_plain = (
        not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE", "") == _JSON
        and environ.get("HTTP_AUTHORIZATION", "").startswith(_SCHEME)
        and length.isdecimal()
        and int(length) <= _LARGEST
        and not settings.SECURE_SSL_REDIRECT
    )
    return call if is_plain else None


def _asked(call: LeanCall, environ: dict[str, Any], body: bytes) -> tuple[Actor, Any] | None:
    """Return who asks and what; None where Django has to tell what is wrong with it."""
    try:
        WSGIRequest(environ).get_host()
        actor = actor_for_token(
            token=environ["HTTP_AUTHORIZATION"][len(_SCHEME) :].strip(), now=utc_now()
        )
        return actor, call.body.validate_json(body)
    except (QuanquError, ValidationError, DisallowedHost):
        return None
    except DatabaseError:
        connection.close()
        return None


def _answered(call: LeanCall, environ: dict[str, Any], actor: Actor, body: Any) -> HttpResponse:
    started = time.perf_counter()
    request_id = request_id_of(environ.get("HTTP_X_REQUEST_ID", ""))
    clear_contextvars()
    bind_contextvars(request_id=request_id)
    now = utc_now()
    state = take(name=actor.id, limit=Limit(*settings.API_RATE), now=now)
    try:
        require_calls(state)
        name = environ.get("HTTP_IDEMPOTENCY_KEY")
        path = environ["PATH_INFO"]
        once = None if name is None else name_of_call(actor.id, "POST", path, name)
        shown = call.work(actor, body, once, now)
        response = HttpResponse(
            json.dumps(shown, cls=NinjaJSONEncoder),
            status=call.status,
            content_type=f"{_JSON}; charset=utf-8",
        )
    except QuanquError as error:
        response = problem_response(error)
    except Exception:  # noqa: BLE001 - a bug is told as one, as Django does
        _log.exception("a lean call failed", route=call.path)
        connection.close()
        response = problem_response(TransportError(500, "Something went wrong."))
    put_limit_headers(response, state)
    for header, value in _HEADERS.items():
        response.headers.setdefault(header, value)
    response["Content-Length"] = str(len(response.content))
    response["X-Request-ID"] = request_id
    note_answer("POST", f"{MOUNT}{call.path}", response, time.perf_counter() - started)
    clear_contextvars()
    return response
