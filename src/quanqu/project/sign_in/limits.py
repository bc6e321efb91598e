"""How many tries at signing in are left, in the answer as everywhere else."""

from collections.abc import Callable, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse

from quanqu.infra.http.contracts import Limit, LimitState
from quanqu.infra.http.facade import put_limit_headers

PER_ADDRESS: Final = Limit(burst=30, per_s=1 / 10)
PER_ACCOUNT: Final = Limit(burst=6, per_s=1 / 60)

_NOTED: Final = "quanqu_sign_in_tries"


def address_bucket(request: HttpRequest) -> str:
    """Return the name of the bucket of everybody at the sender's address."""
    return f"login-ip:{request.META.get('REMOTE_ADDR', '')}"


def note_tries(request: HttpRequest, states: Sequence[LimitState]) -> None:
    """Note the bucket that is nearest to its end for the answer to this request."""
    setattr(request, _NOTED, min(states, key=lambda state: (state.is_granted, state.remaining)))


class SignInLimitMiddleware:
    """Says what is left; a try that was not granted is answered 429, with the page it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers of a limit where one was taken from."""
        response = self.get_response(request)
        state: LimitState | None = getattr(request, _NOTED, None)
        if state is not None:
            put_limit_headers(response, state)
            if not state.is_granted:
                response.status_code = 429
                response["Retry-After"] = str(state.retry_after_s)
        return response
