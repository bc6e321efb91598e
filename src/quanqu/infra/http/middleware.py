"""What wraps every request: its id, its line in the log, its figures, and its problem."""

import re
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

from quanqu.infra.http.contracts import TransportError
from quanqu.infra.http.metrics import observe
from quanqu.infra.http.paging import put_link_header
from quanqu.infra.http.problems import as_problem, problem_response
from quanqu.kernel import ids
from quanqu.kernel.errors import QuanquError

Answer = Callable[[HttpRequest], HttpResponse]

HEADER: Final = "X-Request-ID"

_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Asked for so often that only their refusals are worth a line.
_QUIET: Final = ("healthz", "livez", "metrics", "v1/")
_log = structlog.get_logger("quanqu.http")


class ClientAddressMiddleware:
    """Puts the sender's address where a proxy's would stand, as far as our own proxies tell it.

    Each proxy adds the address it was called from at the right end of X-Forwarded-For; what stands
    left of our own proxies' entries was written by the sender and is not believed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.proxies: int = settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, knowing who asks."""
        if self.proxies:
            told = request.headers.get("X-Forwarded-For", "").split(",")
            sender = told[-self.proxies].strip() if len(told) >= self.proxies else ""
            if _is_address(sender):
                request.META["REMOTE_ADDR"] = sender
        return self.get_response(request)


class RequestContextMiddleware:
    """Gives the request an id, and logs and counts its answer by route, never by raw address.

    An answer that says nothing about it is not to be stored: it was made for one reader.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the request's context."""
        request_id = request_id_of(request.headers.get(HEADER, ""))
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "unknown"
        note_answer(
            request.method or "", route, response.status_code, time.perf_counter() - started
        )
        response[HEADER] = request_id
        response.headers.setdefault("Cache-Control", "no-store")
        clear_contextvars()
        return response


class ProblemMiddleware:
    """Turns errors into problem+json wherever programs call; pages keep their own error pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.prefixes: tuple[str, ...] = settings.PROGRAM_PATHS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and see that a refusal has the one shape."""
        response = self.get_response(request)
        if not request.path.startswith(self.prefixes):
            return response
        put_link_header(request, response)
        return as_problem(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render an error that left a view for programs."""
        if not request.path.startswith(self.prefixes):
            return None
        if isinstance(error, RequestDataTooBig):
            return problem_response(TransportError(413, "The request body is too large."))
        return problem_response(error) if isinstance(error, QuanquError) else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def request_id_of(given: str) -> str:
    """Return the id a caller gave a request, where it can be one, else a new one."""
    return given if _SANE_ID.fullmatch(given) else ids.encode("req", ids.new_id())


def note_answer(
    method: str, route: str, status: int, seconds: float, *, is_frequent: bool = False
) -> None:
    """Count an answer by its route, and log it unless that would be one line of very many."""
    observe(method=method, route=route, status=status, seconds=seconds)
    if status >= 400 or not (is_frequent or route.startswith(_QUIET)):
        _log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )
