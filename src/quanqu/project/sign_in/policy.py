"""The Content-Security-Policy of the reference-data screens, which differs in one word."""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL
from django.http import HttpRequest, HttpResponse

_SCREENS = "/admin/"


class ScreensPolicyMiddleware:
    """Allows eval on the reference-data screens: unfold's Alpine compiles its attributes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and widen the policy where it must be."""
        response = self.get_response(request)
        if request.path.startswith(_SCREENS):
            response._csp_update = {"script-src": [UNSAFE_EVAL]}  # type: ignore[attr-defined]
        return response
