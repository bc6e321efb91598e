"""The tree and its places."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.api.render import place_draft, place_out, tree_out, unit_out
from quanqu.know.org.api.schemas import (
    MoveIn,
    PlaceFields,
    PlaceIn,
    PlaceOut,
    TreeOut,
    UnitChange,
    UnitIn,
    UnitOut,
)
from quanqu.know.org.contracts import (
    ChannelCode,
    OrgInputError,
    PlaceFilters,
    PlaceType,
    UnitKind,
    UnitNotFoundError,
)

router = Router(tags=["organisation"])


class PlaceParams(PageParams):
    """Narrow the list of places."""

    text: Annotated[str, Field("", max_length=100, description="In the name, or before the code.")]
    place_type: PlaceType | None = None
    channel: ChannelCode | None = None
    unit_id: Annotated[str | None, Field(None, description="A unit above the places.")]


@router.get("/units", response=list[TreeOut], summary="The tree")
def list_units(request: HttpRequest) -> list[TreeOut]:
    """Return the parts of the tree the caller may see, each from its topmost unit down."""
    return [tree_out(node) for node in facade.get_tree(actor=actor_of(request))]


@router.get("/units/{unit_id}", response=UnitOut, summary="One unit")
def get_unit(request: HttpRequest, unit_id: str) -> UnitOut:
    """Return a group, brand, company or place."""
    return unit_out(facade.get_unit(actor=actor_of(request), unit_id=unit_id))


@router.post("/units", response={201: UnitOut}, summary="Add a brand or company")
@idempotent
def post_unit(request: HttpRequest, body: UnitIn) -> Status[UnitOut]:
    """Add a unit, or return the one that has the code already."""
    actor, now = actor_of(request), utc_now()
    if body.kind is UnitKind.BRAND:
        made = facade.ensure_brand(actor=actor, code=body.code, name=body.name, now=now)
        return Status(201, unit_out(made))
    if body.kind is not UnitKind.COMPANY:
        raise OrgInputError(field="kind", reason="add a brand or a company here")
    if body.currency is None:
        raise OrgInputError(field="currency", reason="a company needs one")
    made = facade.ensure_company(
        actor=actor,
        code=body.code,
        name=body.name,
        currency=body.currency,
        now=now,
        brand_code=body.brand_code,
    )
    return Status(201, unit_out(made))


@router.patch("/units/{unit_id}", response=UnitOut, summary="Change a unit")
def patch_unit(request: HttpRequest, unit_id: str, body: UnitChange) -> UnitOut:
    """Rename a unit, or change its currency."""
    changed = facade.change_unit(
        actor=actor_of(request),
        unit_id=unit_id,
        name=body.name,
        currency=body.currency,
        now=utc_now(),
    )
    return unit_out(changed)


@router.post("/units/{unit_id}/move", response=UnitOut, summary="Move a unit")
@idempotent
def post_move(request: HttpRequest, unit_id: str, body: MoveIn) -> UnitOut:
    """Hang a brand or company, with everything below it, under another parent."""
    moved = facade.move_unit(
        actor=actor_of(request), unit_id=unit_id, parent_id=body.parent_id, now=utc_now()
    )
    return unit_out(moved)


@router.get("/places", response=PageOut[PlaceOut], summary="Places")
def list_places(request: HttpRequest, params: Query[PlaceParams]) -> dict[str, Any]:
    """Return the places the caller may see, in the order they were made."""
    filters = PlaceFilters(params.text, params.place_type, params.channel, params.unit_id)
    page = facade.list_places(
        actor=actor_of(request), filters=filters, cursor=params.cursor, limit=params.limit
    )
    return cursor_page(request, page, place_out)


@router.get("/places/{place_id}", response=PlaceOut, summary="One place")
def get_place(request: HttpRequest, place_id: str) -> PlaceOut:
    """Return a place."""
    return place_out(facade.get_place(actor=actor_of(request), place_id=place_id))


@router.post("/places", response={201: PlaceOut}, summary="Add a place")
@idempotent
def post_place(request: HttpRequest, body: PlaceIn) -> Status[PlaceOut]:
    """Add a place to a company, or return the one that has the code already."""
    actor, now = actor_of(request), utc_now()
    company = facade.get_unit(actor=actor, unit_id=body.company_id)
    if company.kind is not UnitKind.COMPANY:
        raise UnitNotFoundError(ref=body.company_id)
    made = facade.ensure_place(
        actor=actor, company_key=company.key, place=place_draft(body), now=now
    )
    return Status(201, place_out(made))


@router.put("/places/{place_id}", response=PlaceOut, summary="Replace a place's fields")
def put_place(request: HttpRequest, place_id: str, body: PlaceFields) -> PlaceOut:
    """Replace what is recorded about a place."""
    changed = facade.change_place(
        actor=actor_of(request), place_id=place_id, place=place_draft(body), now=utc_now()
    )
    return place_out(changed)
