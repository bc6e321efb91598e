"""`Idempotency-Key`: the same call again gets the same answer for a day, and works once.

The answer is stored in the transaction that does the work: a crash leaves neither or both.
It may hold a secret shown once, so it rests encrypted, and the body is known by a keyed hash.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import find_actor
from quanqu.infra.crypto.facade import decrypt_bytes, encrypt_bytes, keyed_hash
from quanqu.infra.http.contracts import (
    IdempotencyInFlightError,
    IdempotencyKeyError,
    IdempotencyMismatchError,
)
from quanqu.infra.http.models import IdempotentAnswer
from quanqu.infra.http.problems import problem_response
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now

View = Callable[..., HttpResponse]
Handler = TypeVar("Handler", bound=Callable[..., Any])

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"

_KEPT: Final = timedelta(hours=24)
_LONGEST: Final = 255
_PURPOSE: Final = "http.idempotent_answer"
_LOCK_CLASS: Final = 0x69646D70  # "idmp"
_SHOWN_HEADERS: Final = ("Location", "Link")
_PARAMETER: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST, "pattern": "^[!-~]+$"},
    "description": "A repeated call with the same key and body within 24 hours is answered from "
    "the first one and does nothing again; with another body it is refused (422), and while the "
    "first is being worked on as well (409).",
}


def idempotent(handler: Handler) -> Handler:
    """Declare an operation of a router repeatable under an Idempotency-Key (write it lowest)."""

    return decorate_view(idempotent_view)(names_call(handler))


def names_call(handler: Handler) -> Handler:
    """Document the Idempotency-Key of an operation that keeps its promise itself (`call_name`)."""

    def document(operation: Operation) -> None:
        extra = operation.openapi_extra or {}
        extra.setdefault("parameters", []).append(dict(_PARAMETER))
        operation.openapi_extra = extra

    contribute_operation_callback(handler, document)
    return handler


def call_name(request: HttpRequest, actor: Actor) -> UUID | None:
    """Return an id that stands for the actor, the address and the Idempotency-Key, if there is one.

    For an operation that remembers its answers under an id of its own: it need not keep a
    transaction open around them.  Raises: IdempotencyKeyError.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return None
    return name_of_call(actor.id, request.method or "", request.get_full_path(), name)


def name_of_call(actor_id: str, method: str, path: str, name: str) -> UUID:
    """Return the id that stands for an actor, an address and an Idempotency-Key.

    Raises: IdempotencyKeyError.
    """
    return UUID(bytes=_scope_of(actor_id, method, path, name)[:16], version=5)


def idempotent_view(view: View) -> View:
    """Answer a repeated call of a view from the first one, if the caller sends a key."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.headers.get(HEADER)
        if name is None:
            return view(request, *args, **kwargs)
        try:
            actor = find_actor(request)
            if actor is None:
                return view(request, *args, **kwargs)
            scope = _scope(request, actor.id, name)
            return _answer_once(scope, request, lambda: view(request, *args, **kwargs))
        except QuanquError as error:
            return problem_response(error)

    return answer


def drop_old_answers(*, now: datetime) -> int:
    """Forget answers older than a day and return how many."""
    return IdempotentAnswer.objects.filter(created_at__lt=now - _KEPT).delete()[0]


def _answer_once(
    scope: bytes, request: HttpRequest, work: Callable[[], HttpResponse]
) -> HttpResponse:
    now, body_hash = utc_now(), _body_hash(request)
    with transaction.atomic():
        if not _lock(scope):
            raise IdempotencyInFlightError
        kept = IdempotentAnswer.objects.filter(scope_hash=scope).first()
        if kept is not None and kept.created_at > now - _KEPT:
            if bytes(kept.body_hash) != body_hash:
                raise IdempotencyMismatchError
            return _replay(kept)
        response = work()
        if not 200 <= response.status_code < 300:
            transaction.set_rollback(True)
            return response
        _keep(scope, body_hash, response, now)
    return response


def _lock(scope: bytes) -> bool:
    """Take the lock of a key for this transaction, without waiting."""
    number = int.from_bytes(scope[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, number])
        return bool(cursor.fetchone()[0])


def _scope(request: HttpRequest, actor_id: str, name: str) -> bytes:
    return _scope_of(actor_id, request.method or "", request.get_full_path(), name)


def _scope_of(actor_id: str, method: str, path: str, name: str) -> bytes:
    if not 1 <= len(name) <= _LONGEST or not all("!" <= letter <= "~" for letter in name):
        raise IdempotencyKeyError
    parts = (actor_id, method, path, name)
    return hashlib.sha256("\n".join(parts).encode()).digest()


def _body_hash(request: HttpRequest) -> bytes:
    """Return a hash that tells nobody a guessable body, such as an e-mail address."""
    return keyed_hash(hashlib.sha256(request.body).hexdigest(), purpose=_PURPOSE)


def _keep(scope: bytes, body_hash: bytes, response: HttpResponse, now: datetime) -> None:
    IdempotentAnswer.objects.update_or_create(
        scope_hash=scope,
        defaults={
            "body_hash": body_hash,
            "status": response.status_code,
            "content_type": response.get("Content-Type", ""),
            "headers": {name: response[name] for name in _SHOWN_HEADERS if name in response},
            "body": encrypt_bytes(response.content, purpose=_PURPOSE, bound_to=scope),
            "created_at": now,
        },
    )


def _replay(kept: IdempotentAnswer) -> HttpResponse:
    return HttpResponse(
        decrypt_bytes(bytes(kept.body), purpose=_PURPOSE, bound_to=bytes(kept.scope_hash)),
        status=kept.status,
        content_type=kept.content_type,
        headers={**kept.headers, REPLAYED: "true"},
    )
