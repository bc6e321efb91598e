"""The call that takes a file of consents."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.time import utc_now
from quanqu.know.consent import facade
from quanqu.know.consent.api.schemas import Source

router = Router(tags=["consent"])


class FileQuery(Schema):
    """Where the file comes from."""

    origin: Source


class RejectedOut(Schema):
    """A line that was not taken, and why."""

    line: int
    reason: str


class ImportOut(Schema):
    """How many records were made, how many were there already, and the rejected lines."""

    made: int
    known: int
    rejected: list[RejectedOut]


@router.post("/consent/imports", response=ImportOut, summary="Import a file")
def import_consents(request: HttpRequest, query: Query[FileQuery]) -> dict[str, Any]:
    """Record the consents of a CSV file, sent as the body; the same file again changes nothing.

    Columns: identifier_type, identifier, purpose, channel, status, observed_at; also basis,
    valid_until, language, reference.
    """
    done = facade.import_consents(
        actor=actor_of(request), content=request.body, source=query.origin, now=utc_now()
    )
    rejected = [{"line": one.line, "reason": one.reason} for one in done.rejected]
    return {"made": done.made, "known": done.known, "rejected": rejected}
