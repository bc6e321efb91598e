"""Whose address a request comes from, behind proxies and without."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from quanqu.infra.http.middleware import ClientAddressMiddleware

PROXY = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "sender"),
    [
        (0, None, PROXY),
        (0, "1.2.3.4", PROXY),
        (1, None, PROXY),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"),
        (2, "1.2.3.4", PROXY),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "1.2.3.4, unknown", PROXY),
        (1, "", PROXY),
    ],
)
def test_only_what_our_proxies_say_is_believed(
    settings: Settings, proxies: int, forwarded: str | None, sender: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, **headers)
    seen: list[str] = []

    def answer(asked: HttpRequest) -> HttpResponse:
        seen.append(asked.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddressMiddleware(answer)(request)

    assert seen == [sender]
