"""The API, put together from the routers it is given."""

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from ninja import NinjaAPI, Router

from quanqu import __version__
from quanqu.doors.api.auth import ApiKeyAuth, SessionAuth
from quanqu.doors.api.errors import add_error_handlers
from quanqu.doors.api.parsing import StrictParser

_DESCRIPTION: Final = (
    "Everything the console shows. Money is `{amount, currency}`, times are RFC 3339 in UTC, "
    "lists are pages with a cursor, errors are problem+json (RFC 9457)."
)


def build_api(*, routers: Iterable[str]) -> NinjaAPI:
    """Mount routers, each named `module:attribute`, under one API with one set of rules."""
    api = NinjaAPI(
        title="Quanqu API",
        version=__version__,
        description=_DESCRIPTION,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=[ApiKeyAuth(), SessionAuth()],
        parser=StrictParser(),
    )
    add_error_handlers(api)
    for target in routers:
        module, _, attribute = target.partition(":")
        router = getattr(import_module(module), attribute or "router")
        if not isinstance(router, Router):
            raise TypeError(f"{target} is not a router")
        api.add_router("", router)
    return api
