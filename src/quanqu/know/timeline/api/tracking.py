"""The tracking API: the HTTP calls of the Segment specification, at /v1."""

from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views.decorators.csrf import csrf_exempt

from quanqu.infra.http.contracts import TransportError
from quanqu.infra.http.facade import RequestContextMiddleware, as_problem
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.api import answers, script
from quanqu.know.timeline.api.bodies import body_of, write_key_of
from quanqu.know.timeline.contracts import (
    BodyKind,
    OriginRefusedError,
    TrackingSource,
    WriteKeyRefusedError,
)

PREFIX: Final = "/v1/"
CALLS: Final = {
    **{kind.name.lower(): kind for kind in BodyKind},
    # the short paths of the browser and mobile libraries
    **{kind.name[0].lower(): kind for kind in BodyKind},
    "import": BodyKind.BATCH,
}
_ROUTE: Final = "v1/<path:call>"
_PROJECTS: Final = "projects/"
_SETTINGS: Final = "/settings"


@csrf_exempt
def tracking_call(request: HttpRequest, call: str) -> HttpResponse:
    """Answer one call: 200 once its events are stored for good, else a problem with the reason."""
    origin = request.headers.get("Origin", "")
    if request.method == "OPTIONS":
        is_known = bool(origin) and facade.any_source_allows(origin=origin)
        return answers.share(answers.preflight(request), origin if is_known else "")
    try:
        response = _answered(request, call.rstrip("/"), origin)
    except QuanquError as error:
        response = answers.problem(error)
    return answers.share(response, origin)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a tracking call without the middleware that pages need (no session, no language).

    It is logged and counted as every other request is, also when it meets a bug.
    """
    request = WSGIRequest(environ)
    request.resolver_match = _MATCH
    response = _in_context(request)
    response["Content-Length"] = str(len(response.content))
    start_response(f"{response.status_code} {response.reason_phrase}", [*response.headers.items()])
    return response


def _answered(request: HttpRequest, call: str, origin: str) -> HttpResponse:
    if call.startswith(_PROJECTS) and call.endswith(_SETTINGS):
        return _settings(request, call[len(_PROJECTS) : -len(_SETTINGS)], origin)
    if call == script.NAME and request.method in ("GET", "HEAD"):
        return script.script_answer(request)
    kind = CALLS.get(call)
    if kind is None:
        raise TransportError(404, "There is no such call.")
    if request.method != "POST":
        response = answers.problem(TransportError(405, "Send events by POST."))
        response["Allow"] = "POST, OPTIONS"
        return response
    body = body_of(request)
    source = _source(write_key_of(request, body), origin)
    if request.headers.get("Sec-GPC") == "1":
        body = facade.mark_opt_out(body=body)
    taken = facade.accept_body(source=source, kind=kind, body=body, now=utc_now())
    return answers.accepted(taken)


def _source(write_key: str | None, origin: str) -> TrackingSource:
    source = None
    if write_key:
        source = facade.find_tracking_source(write_key=write_key, now=utc_now())
    if source is None:
        raise WriteKeyRefusedError
    if origin and not facade.may_send(origin=origin, allowed=source.allowed_origins):
        raise OriginRefusedError(origin=origin)
    return source


def _settings(request: HttpRequest, write_key: str, origin: str) -> HttpResponse:
    """Tell a library where to send: what it asks a content network for before it begins."""
    if request.method not in ("GET", "HEAD"):
        response = answers.problem(TransportError(405, "Settings are read by GET."))
        response["Allow"] = "GET, HEAD, OPTIONS"
        return response
    _source(write_key, origin)
    try:
        host = f"{request.get_host()}/v1"
    except DisallowedHost:
        raise TransportError(400, "This installation has no such host name.") from None
    sending = {"apiKey": write_key, "apiHost": host, "protocol": request.scheme}
    enabled = {"__default": {"enabled": True, "integrations": {}}}
    plan = dict.fromkeys(("track", "identify", "group"), enabled)
    return answers.shown({"integrations": {"Segment.io": sending}, "plan": plan})


@convert_exception_to_response
def _call_of(request: HttpRequest) -> HttpResponse:
    return tracking_call(request, request.path_info.removeprefix(PREFIX))


def _with_problems(request: HttpRequest) -> HttpResponse:
    return as_problem(request, cast("HttpResponse", _call_of(request)))


_MATCH: Final = ResolverMatch(tracking_call, (), {}, route=_ROUTE)
_in_context: Final = RequestContextMiddleware(_with_problems)
