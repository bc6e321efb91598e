"""Where to go after a form: back to where it was sent from, on this site only."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

__all__ = ["next_address"]


def next_address(request: HttpRequest, fallback: str) -> str:
    """Return the address a form names as `next`, else the page called `fallback`."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and is_ours else reverse(fallback)
