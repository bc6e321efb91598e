"""The gate of the API: how many calls a caller has left."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from quanqu.doors.api.views import MOUNT
from quanqu.infra.auth.facade import find_actor
from quanqu.infra.http.contracts import Limit
from quanqu.infra.http.facade import problem_response, put_limit_headers, require_calls, take
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now

_PREFIX: Final = f"/{MOUNT}"


class ApiGateMiddleware:
    """Takes a call from the bucket of the key or person, or of the address of a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer if there is a call left, and say how many are."""
        if not request.path.startswith(_PREFIX):
            return self.get_response(request)
        refusal: QuanquError | None = None
        try:
            actor = find_actor(request)
        except QuanquError as error:
            actor, refusal = None, error
        name = actor.id if actor else f"ip:{request.META.get('REMOTE_ADDR', '')}"
        state = take(name=name, limit=Limit(*settings.API_RATE), now=utc_now())
        try:
            require_calls(state)
            response = problem_response(refusal) if refusal else self.get_response(request)
        except QuanquError as error:
            response = problem_response(error)
        put_limit_headers(response, state)
        return response
