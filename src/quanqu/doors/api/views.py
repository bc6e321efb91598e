"""The API's own pages: the document, a reader for it, and what each error means."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from quanqu.doors.api.document import document_of
from quanqu.doors.api.reading import operations_by_tag, schemas_of
from quanqu.infra.http.facade import status_of_family
from quanqu.kernel.errors import QuanquError

MOUNT = "api/v1/"


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """An error code as the reference shows it."""

    code: str
    status: int
    meaning: str


class ApiPages:
    """The pages of one API; the document is made once per process."""

    def __init__(self, api: NinjaAPI) -> None:
        self.api = api

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole OpenAPI document."""
        return document_of(self.api, path_prefix=f"/{MOUNT}")

    @cached_property
    def text(self) -> str:
        """The document as JSON."""
        return json.dumps(self.document, ensure_ascii=False)

    def openapi(self, request: HttpRequest) -> HttpResponse:
        """Return the document."""
        del request
        return HttpResponse(self.text, content_type="application/json")

    def docs(self, request: HttpRequest) -> HttpResponse:
        """Show the document to a reader."""
        context = {
            "info": self.document["info"],
            "groups": operations_by_tag(self.document),
            "schemas": schemas_of(self.document),
        }
        return render(request, "api/docs.html", context)

    def urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses of the API and of its pages."""
        return [
            path(MOUNT, self.api.urls),
            path("api/openapi.json", require_safe(self.openapi), name="api-openapi"),
            path("api/docs", require_safe(self.docs), name="api-docs"),
            path("errors/", error_list, name="error-list"),
            path("errors/<str:code>", error_page, name="error-page"),
        ]


@require_safe
def error_list(request: HttpRequest) -> HttpResponse:
    """Show every error code with its meaning."""
    return render(request, "api/errors.html", {"errors": error_kinds()})


@require_safe
def error_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what one error code means; it is what `type` in a problem points to."""
    found = [kind for kind in error_kinds() if kind.code == code]
    if not found:
        raise Http404(code)
    return render(request, "api/errors.html", {"errors": found})


def error_kinds() -> list[ErrorKind]:
    """Return every error class that is loaded, by code."""
    kinds = {
        family.code: ErrorKind(
            family.code, status_of_family(family), (family.__doc__ or "").strip().splitlines()[0]
        )
        for family in _families(QuanquError)
    }
    return [kinds[code] for code in sorted(kinds)]


def _families(root: type[QuanquError]) -> Iterator[type[QuanquError]]:
    for family in root.__subclasses__():
        yield family
        yield from _families(family)
