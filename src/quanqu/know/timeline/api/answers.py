"""What a tracking call answers: its problems, and what a page of another origin may read."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse

from quanqu.infra.http.facade import PROBLEM_TYPE, problem_of
from quanqu.kernel.errors import InvalidError, QuanquError
from quanqu.know.timeline.contracts import (
    Acceptance,
    BatchTooLargeError,
    BatchTooLongError,
    EventsRefusedError,
    RejectedEvent,
    WriteKeyRefusedError,
)

MOST_TOLD: Final = 100
"""Of refused events the first hundred are named; all of them are kept as failed events."""

_JSON: Final = "application/json"
_STATUS: Final[dict[type[QuanquError], tuple[int, str]]] = {
    BatchTooLargeError: (413, "Content too large"),
    BatchTooLongError: (413, "Content too large"),
    WriteKeyRefusedError: (401, "Not signed in"),
}
_BAD_REQUEST: Final = (400, "Bad request")  # the specification's answer to any bad body
_HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9-]{1,64}(?: ?, ?[A-Za-z0-9-]{1,64}){0,31}")
_USUAL_HEADERS: Final = "Authorization, Content-Type, Content-Encoding"


def accepted(taken: Acceptance) -> HttpResponse:
    """Tell that events are stored for good, and which were refused."""
    told: dict[str, object] = {"success": True}
    if taken.rejected:
        told |= {"accepted": taken.accepted, **_refusals(taken.rejected)}
    return HttpResponse(msgspec.json.encode(told), content_type=_JSON)


def shown(told: dict[str, object]) -> HttpResponse:
    """Answer with an object."""
    return HttpResponse(msgspec.json.encode(told), content_type=_JSON)


def problem(error: QuanquError) -> HttpResponse:
    """Render an error as the rest of the product does, with the statuses of the specification."""
    found = problem_of(error)
    usual = _BAD_REQUEST if isinstance(error, InvalidError) else (found["status"], found["title"])
    found["status"], found["title"] = _STATUS.get(type(error), usual)
    if isinstance(error, EventsRefusedError):
        rejected: Any = error.fields["rejected"]
        del found["fields"]["rejected"]
        found |= _refusals(rejected)
    found |= {"success": False, "message": found["detail"]}
    response = HttpResponse(
        msgspec.json.encode(found), content_type=PROBLEM_TYPE, status=found["status"]
    )
    if found["status"] == 401:
        response["WWW-Authenticate"] = 'Basic realm="write key", charset="UTF-8"'
    if found["status"] in (429, 503):
        response["Retry-After"] = str(error.fields.get("retry_after_s", 1))
    return response


def preflight(request: HttpRequest) -> HttpResponse:
    """Let pages of a listed origin send what their library sends along.

    Cookies are not read here; a beacon sends them whether it is asked to or not.
    """
    response = HttpResponse(status=204)
    asked = request.headers.get("Access-Control-Request-Headers", "")
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = (
        asked if _HEADER_NAMES.fullmatch(asked) else _USUAL_HEADERS
    )
    response["Access-Control-Max-Age"] = "86400"
    return response


def share(response: HttpResponse, origin: str) -> HttpResponse:
    """Let a page of the origin read the answer; a refused origin may read why it was refused."""
    response["Vary"] = "Origin, Accept-Encoding" if "ETag" in response else "Origin"
    if origin and "WWW-Authenticate" in response:
        # at the word Basic a browser would ask the shop's visitors for a password
        response["WWW-Authenticate"] = 'WriteKey realm="write key"'
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
        response["Access-Control-Expose-Headers"] = "Retry-After, X-Request-ID"
    return response


def _refusals(rejected: Iterable[RejectedEvent]) -> dict[str, object]:
    events = list(rejected)
    return {
        "rejected": len(events),
        "errors": [
            {
                "index": event.index,
                "messageId": event.message_id,
                "code": event.code.value,
                "reason": event.reason,
            }
            for event in events[:MOST_TOLD]
        ],
    }
