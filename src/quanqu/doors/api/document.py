"""The OpenAPI 3.1 document: what the routers declare, with the errors every call may answer."""

from typing import Any, Final

from ninja import NinjaAPI
from ninja.types import DictStrAny

from quanqu.doors.api.naming import NamedDocument
from quanqu.infra.http.facade import PROBLEM_TYPE

_REASONS: Final = {
    "400": "The body is not JSON.",
    "401": "No valid API key and no session.",
    "403": "A permission or the CSRF token is missing.",
    "404": "There is no such thing, or not for this caller.",
    "409": "A rule says no.",
    "413": "The body is too large.",
    "422": "A field is missing or malformed.",
    "429": "Too many calls; see Retry-After.",
    "503": "Something this needs is not answering; try again.",
}
_READS: Final = ("get", "head")
_NOT_FOR_READS: Final = ("400", "409", "413")
_PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "An error (RFC 9457). `code` is stable; `fields` holds what the message says.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id", "fields"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": True},
    },
}


def complete(document: DictStrAny) -> DictStrAny:
    """Add the problem schema, the errors of every operation and the paging header in place."""
    document["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _add_errors(method, operation)
    return document


def document_of(api: NinjaAPI, *, path_prefix: str) -> DictStrAny:
    """Return the whole document of an API mounted at the prefix."""
    return complete(dict(NamedDocument(api, path_prefix)))


def _add_errors(method: str, operation: DictStrAny) -> None:
    responses = operation["responses"]
    for status, reason in _REASONS.items():
        if method in _READS and status in _NOT_FOR_READS:
            continue
        if status in ("401", "403") and "security" not in operation:
            continue
        responses.setdefault(
            status,
            {
                "description": reason,
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
