"""The framework's own error pages: a page for people, bare for programs (problems follow)."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import csrf, defaults

from quanqu.infra.db.facade import is_outage

_RETRY_S = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is no request."""
    return _bare(request, 400) or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    return _bare(request, 403) or defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a request without the token that shows it comes from one of our pages."""
    return _bare(request, 403) or csrf.csrf_failure(request, reason)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not there."""
    return _bare(request, 404) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that met a bug, or a database that is away for a while."""
    if not is_outage(sys.exc_info()[1]):
        return _bare(request, 500) or defaults.server_error(request)
    page = loader.get_template("503.html")
    response = _bare(request, 503) or HttpResponse(page.render(), status=503)
    response["Retry-After"] = str(_RETRY_S)
    return response


def _bare(request: HttpRequest, status: int) -> HttpResponse | None:
    prefixes: tuple[str, ...] = settings.PROGRAM_PATHS
    return HttpResponse(status=status) if request.path.startswith(prefixes) else None
