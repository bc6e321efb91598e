"""`/healthz` and `/livez` for whoever keeps us running, `/metrics` for whoever watches."""

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from quanqu.infra.http.contracts import UnhealthyError
from quanqu.infra.http.metrics import exposition
from quanqu.infra.http.problems import problem_response
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import utc_now

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_ALIVE: Final = timedelta(minutes=1)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell whether this process can serve: 200 with a database, 503 without.

    The worker's state is told but does not decide: without it pages still work.
    """
    del request
    try:
        beat = _last_heartbeat()
    except (DatabaseError, InterfaceError):
        return problem_response(UnhealthyError(database="unavailable", worker="unknown"))
    if beat is None:
        return _well(database="ok", worker="none")
    return _well(database="ok", worker="ok" if utc_now() - beat < _ALIVE else "late")


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Tell that this process answers, whatever it depends on: a restart would mend nothing else."""
    del request
    return _well()


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures to this machine itself, or to whoever holds QUANQU_METRICS_TOKEN."""
    if not _may_scrape(request):
        return problem_response(NotAllowedError(permission="metrics of the installation"))
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_scrape(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(given.encode(), token.encode())
    # A proxy on this machine makes strangers look local; it also says that it is one.
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not forwarded


def _last_heartbeat() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        found: datetime | None = cursor.fetchone()[0]
    return found


def _well(**parts: str) -> HttpResponse:
    return JsonResponse({"status": "ok", **parts}, headers={"Cache-Control": "no-store"})
