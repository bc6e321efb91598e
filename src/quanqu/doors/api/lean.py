"""Answers calls that come by the thousand, past the middleware of pages (`infra.http.lean`).

A call is taken here when everything about it is as expected: POST, a key, a JSON body that fits.
Everything else (a session, a wrong key, a body that does not fit, a query) is left to Django, which
tells what is wrong.  What is answered here has the same status, body and headers as there.  Calls
that came at the same time are answered together: what they ask of the database they ask as one set.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection
from django.urls import get_resolver
from ninja.responses import NinjaJSONEncoder
from pydantic import ValidationError
from structlog.contextvars import bound_contextvars

from quanqu.doors.api.views import MOUNT
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Outcome, Work, do_together
from quanqu.infra.http.contracts import Limit, TransportError
from quanqu.infra.http.facade import (
    LeanCall,
    find_lean_call,
    limit_headers,
    name_of_call,
    note_answer,
    problem_response,
    request_id_of,
    require_calls,
    take,
)
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import actor_for_token

__all__ = ["LeanAnswer", "answer_together", "is_lean", "load"]

Environ = dict[str, Any]
_PREFIX: Final = f"/{MOUNT}"
_SCHEME: Final = "Bearer "
_JSON: Final = "application/json"
_LARGEST: Final = 1 << 20
_OF_HOST: Final = ("HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "SERVER_PORT")
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = structlog.get_logger("quanqu.http")


@dataclass(frozen=True, slots=True)
class LeanAnswer:
    """What is answered to a call."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call whose caller and body are known."""

    call: LeanCall
    environ: Environ
    actor: Actor
    body: Any


def load() -> None:
    """Have rooms declare their calls, which they do as the routers are read."""
    _ = get_resolver().url_patterns


def is_lean(environ: Environ) -> bool:
    """Tell by its head whether a request is a plain one of a lean call, of moderate size."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST" or not path.startswith(_PREFIX):
        return False
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        find_lean_call(path[len(_PREFIX) :]) is not None
        and not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE", "") == _JSON
        and environ.get("HTTP_AUTHORIZATION", "").startswith(_SCHEME)
        and length.isdecimal()
        and int(length) <= _LARGEST
        and not settings.SECURE_SSL_REDIRECT
    )


def answer_together(calls: Sequence[tuple[Environ, bytes]]) -> list[LeanAnswer | None]:
    """Answer lean calls with their bodies; None for those that Django has to answer."""
    started = time.perf_counter()
    callers: dict[str, Actor | None] = {}
    hosts: dict[tuple[Any, ...], bool] = {}
    taken: dict[int, _Asked] = {}
    for at, (environ, body) in enumerate(calls):
        asked = _asked(environ, body, callers, hosts)
        if asked is not None:
            taken[at] = asked
    answers: list[LeanAnswer | None] = [None] * len(calls)
    for at, answer in zip(taken, _answered(list(taken.values()), started), strict=True):
        answers[at] = answer
    return answers


def _asked(
    environ: Environ,
    body: bytes,
    callers: dict[str, Actor | None],
    hosts: dict[tuple[Any, ...], bool],
) -> _Asked | None:
    """Return who asks and what; None where Django has to tell what is wrong with it."""
    call = find_lean_call(environ["PATH_INFO"][len(_PREFIX) :])
    host = tuple(environ.get(name) for name in _OF_HOST)
    if host not in hosts:
        hosts[host] = _is_ours(environ)
    if call is None or not hosts[host]:
        return None
    token = environ["HTTP_AUTHORIZATION"][len(_SCHEME) :].strip()
    if token not in callers:
        callers[token] = _caller(token)
    actor = callers[token]
    if actor is None:
        return None
    try:
        told = call.body.validate_json(body)
    except ValidationError:
        return None
    return _Asked(call, environ, actor, told) if call.fits(told) else None


def _is_ours(environ: Environ) -> bool:
    try:
        WSGIRequest(environ | {"wsgi.input": BytesIO()}).get_host()
    except DisallowedHost:
        return False
    return True


def _caller(token: str) -> Actor | None:
    try:
        return actor_for_token(token=token, now=utc_now())
    except QuanquError:
        return None
    except DatabaseError:
        connection.close()
        return None


def _answered(calls: Sequence[_Asked], started: float) -> list[LeanAnswer]:
    """Do the works of calls side by side, each within the rate of its caller."""
    now = utc_now()
    states = [take(name=one.actor.id, limit=Limit(*settings.API_RATE), now=now) for one in calls]
    works: dict[int, Work[Any]] = {}
    outcomes: dict[int, Outcome[Any]] = {}
    for at, (one, state) in enumerate(zip(calls, states, strict=True)):
        try:
            require_calls(state)
        except QuanquError as error:
            outcomes[at] = Outcome(error=error)
            continue
        name = one.environ.get("HTTP_IDEMPOTENCY_KEY")
        path = one.environ["PATH_INFO"]
        once = None if name is None else name_of_call(one.actor.id, "POST", path, name)
        works[at] = one.call.work(one.actor, one.body, once, now)
    outcomes |= zip(works, do_together(list(works.values())), strict=True)
    answers = []
    for at, (one, state) in enumerate(zip(calls, states, strict=True)):
        request_id = request_id_of(one.environ.get("HTTP_X_REQUEST_ID", ""))
        with bound_contextvars(request_id=request_id):
            try:
                status, headers, text = _shown(one.call, outcomes[at])
            except QuanquError as error:
                status, headers, text = _refused(error)
            headers |= limit_headers(state) | {"X-Request-ID": request_id}
            headers["Content-Length"] = str(len(text))
            route = f"{MOUNT}{one.call.path}"
            took_s = time.perf_counter() - started
            note_answer("POST", route, status, took_s, is_frequent=True)
        answers.append(LeanAnswer(status, list((_HEADERS | headers).items()), text))
    return answers


def _shown(call: LeanCall, outcome: Outcome[Any]) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of what a work gave. Raises: QuanquError it ended with."""
    try:
        text = json.dumps(outcome.get(), cls=NinjaJSONEncoder).encode()
    except QuanquError:
        raise
    except Exception:  # noqa: BLE001 - a bug is told as one, as Django does
        _log.exception("a lean call failed", route=call.path)
        connection.close()
        return _refused(TransportError(500, "Something went wrong."))
    return call.status, {"Content-Type": f"{_JSON}; charset=utf-8"}, text


def _refused(error: QuanquError) -> tuple[int, dict[str, str], bytes]:
    response = problem_response(error)
    return response.status_code, dict(response.items()), response.content
