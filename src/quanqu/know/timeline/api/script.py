"""The script for web pages, /v1/qq.js: served with a version, packed, cached."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from quanqu.know.timeline import facade

__all__ = ["NAME", "script_answer"]

NAME: Final = "qq.js"
_TYPE: Final = "text/javascript; charset=utf-8"
_FOREVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"


def script_answer(request: HttpRequest) -> HttpResponse:
    """Answer with the script: kept for ever under `?v=` its version, else for an hour."""
    script = facade.browser_script()
    tag = f'"{script.version}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(script.packed, content_type=_TYPE)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(script.text, content_type=_TYPE)
    response["ETag"] = tag
    response["Cache-Control"] = _FOREVER if request.GET.get("v") == script.version else _AN_HOUR
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
