"""One-time sign-in links: the page asks once more, so that a link scanner does not use it up.

Tries count with those at passwords, so nobody guesses links either.
"""

from allauth.account.utils import perform_login
from allauth.account.views import password_reset
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quanqu.infra.http.facade import take
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import LoginLinkRefusedError
from quanqu.know.org.facade import redeem_login_link
from quanqu.project.sign_in.limits import PER_ADDRESS, address_bucket, note_tries


@never_cache
@require_http_methods(["GET", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button (GET); use the link up and sign in, second factor included (POST)."""
    if request.method != "POST":
        return _page(request, "", status=200)
    state = take(name=address_bucket(request), limit=PER_ADDRESS, now=utc_now())
    note_tries(request, [state])
    if not state.is_granted:
        return _page(request, "limited", status=429)
    try:
        person = redeem_login_link(token=token, now=utc_now())
    except LoginLinkRefusedError:
        return _page(request, "refused", status=409)
    user = get_user_model().objects.get(pk=person.key)
    user.backend = "allauth.account.auth_backends.AuthenticationBackend"
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response


def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Mail a link for a new password; where no mail is sent there is no such page."""
    if not settings.SENDS_MAIL:
        raise Http404(request.path)
    response: HttpResponse = password_reset(request)
    return response


def _page(request: HttpRequest, problem: str, *, status: int) -> HttpResponse:
    return render(request, "account/login_link.html", {"problem": problem}, status=status)
