"""Warehouses as sources by API."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    WarehouseDraft,
    WarehouseInfo,
    WarehouseNotFoundError,
    WarehousePull,
    WarehouseRead,
)

router = Router(tags=["sources and tracking plan"])
_Name = Annotated[str, Field("", max_length=63)]


class ReadFields(Schema):
    """What to ask, and which columns say what."""

    query: Annotated[str, Field(max_length=20_000)]
    id_column: Annotated[str, Field(max_length=63)]
    cursor_column: Annotated[str, Field(max_length=63)]
    time_column: Annotated[str, Field(max_length=63)]
    event: Annotated[str, Field("", max_length=256)]
    event_column: _Name
    user_column: _Name
    anonymous_column: _Name


class WarehouseIn(Schema):
    """A PostgreSQL warehouse: its connection string is encrypted and not shown again."""

    url: Annotated[str, Field(max_length=2_000)]
    read: ReadFields


class WarehouseOut(Schema):
    """A warehouse without user and password, and how far it was read."""

    source_id: str
    address: str
    read: ReadFields
    rows: int
    read_at: datetime | None
    fault: str


class PullOut(Schema):
    """What one reading came to."""

    rows: int
    accepted: int
    rejected: int


@router.get("/sources/{source_id}/warehouse", response=WarehouseOut, summary="A source's warehouse")
def get_warehouse(request: HttpRequest, source_id: str) -> WarehouseInfo:
    """Return the warehouse that a source reads from."""
    found = facade.find_warehouse(actor=actor_of(request), source_id=source_id)
    if found is None:
        raise WarehouseNotFoundError(ref=source_id)
    return found


@router.put("/sources/{source_id}/warehouse", response=WarehouseOut, summary="Connect a warehouse")
@idempotent
def put_warehouse(request: HttpRequest, source_id: str, body: WarehouseIn) -> WarehouseInfo:
    """Connect a warehouse to a source; it is read every hour, and with each pull."""
    draft = WarehouseDraft(body.url, WarehouseRead(**body.read.model_dump()))
    return facade.put_warehouse(
        actor=actor_of(request), source_id=source_id, draft=draft, now=utc_now()
    )


@router.post("/sources/{source_id}/pulls", response=PullOut, summary="Read a warehouse now")
@idempotent
def post_pull(request: HttpRequest, source_id: str) -> WarehousePull:
    """Read what is new in the warehouse."""
    return facade.pull_warehouse(actor=actor_of(request), source_id=source_id, now=utc_now())
