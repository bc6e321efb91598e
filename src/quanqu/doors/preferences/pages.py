"""The two pages: preferences, and the confirmation of a double opt-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quanqu.doors.preferences.words import cards_of, pair_titles
from quanqu.infra.http.contracts import Limit
from quanqu.infra.http.facade import put_limit_headers, take
from quanqu.kernel.errors import InvalidError
from quanqu.kernel.time import utc_now
from quanqu.know.consent.contracts import ConsentLinkError
from quanqu.know.consent.facade import (
    confirm,
    open_confirmation,
    open_preferences,
    save_preferences,
    withdraw_everything,
)

__all__ = ["confirmation", "preferences"]

PER_ADDRESS: Final = Limit(burst=40, per_s=1 / 3)
LANGUAGES: Final = (("en", "English"), ("zh-hans", "简体中文"))
_DONE: Final = frozenset({"saved", "unchanged", "withdrawn"})
_Page = Callable[..., HttpResponse]


def _public(page: _Page) -> _Page:
    """Serve a page to strangers: limited, never cached or indexed, in the language asked for."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        name = f"preferences-ip:{request.META.get('REMOTE_ADDR', '')}"
        state = take(name=name, limit=PER_ADDRESS, now=utc_now())
        with translation.override(_language(request)):
            if not state.is_granted:
                response = _told(request, "limited", 429)
                response["Retry-After"] = str(state.retry_after_s)
            else:
                response = _answered(page, request, token)
        put_limit_headers(response, state)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@_public
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what may be chosen (GET); save it, or withdraw everything (POST)."""
    now, language = utc_now(), _language(request)
    if request.method == "POST":
        if request.POST.get("action") == "withdraw":
            done = withdraw_everything(token=token, language=language, now=now)
            word = "withdrawn"
        else:
            chosen = request.POST.getlist("on")
            done = save_preferences(token=token, chosen=chosen, language=language, now=now)
            word = "saved" if done.made else "unchanged"
        address = reverse("preferences:preferences", args=[token])
        return redirect(f"{address}?done={word}&lang={language}")
    found = open_preferences(token=token, language=language, now=now)
    done_word = request.GET.get("done", "")
    context = {
        "cards": cards_of(found),
        "hints": found.hints,
        "expires_at": found.expires_at,
        "done": done_word if done_word in _DONE else "",
    }
    return _drawn(request, "preferences/preferences.html", context)


@_public
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would be confirmed (GET); confirm it (POST)."""
    now = utc_now()
    asked = open_confirmation(token=token, now=now)
    if request.method == "POST":
        confirm(token=token, now=now)
        return _told(request, "confirmed", 200)
    return _drawn(request, "preferences/confirmation.html", {"asked": pair_titles(asked)})


def _answered(page: _Page, request: HttpRequest, token: str) -> HttpResponse:
    try:
        return page(request, token)
    except ConsentLinkError:
        return _told(request, "refused", 404)
    except InvalidError:
        return _told(request, "invalid", 400)


def _told(request: HttpRequest, what: str, status: int) -> HttpResponse:
    return _drawn(request, "preferences/told.html", {"what": what}, status)


def _drawn(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    language = _language(request)
    base = {"language": language, "languages": LANGUAGES}
    return render(request, template, base | context, status=status)


def _language(request: HttpRequest) -> str:
    """Return the language asked for by the address, else by the browser."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    if asked in dict(LANGUAGES):
        return asked
    usual = translation.get_language_from_request(request)
    return "zh-hans" if usual.startswith("zh") else "en"
