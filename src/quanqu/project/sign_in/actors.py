"""Who acts in a request: the API key it carries, else the person whose session it is."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse

from quanqu.infra.auth.contracts import Actor, InvalidTokenError
from quanqu.infra.auth.facade import set_actor_source
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import actor_for_person, actor_for_token

_SCHEME = "bearer"


class ActorMiddleware:
    """Notes how to find who acts; nothing is read until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the actor within reach."""
        set_actor_source(request, partial(actor_from, request))
        return self.get_response(request)


def actor_from(request: HttpRequest) -> Actor | None:
    """Return who a request acts as; None for a stranger. Raises: InvalidTokenError."""
    given = request.headers.get("Authorization", "")
    scheme, _, token = given.partition(" ")
    if scheme.lower() == _SCHEME:
        return actor_for_token(token=token.strip(), now=utc_now())
    if given and not request.path.startswith("/v1/"):
        raise InvalidTokenError
    if not request.user.is_authenticated:
        return None
    return actor_for_person(person_key=request.user.pk, now=utc_now())
