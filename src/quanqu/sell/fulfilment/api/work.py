"""The REST API of places' work: the board, pick lists, parts, pickups."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import Period, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.api import work_render as render
from quanqu.sell.fulfilment.api.types import Id
from quanqu.sell.fulfilment.api.work_schemas import (
    BinsIn,
    BinsOut,
    BoardOut,
    BoardQuery,
    FiguresOut,
    FiguresQuery,
    ParcelIn,
    ParcelOut,
    PartOut,
    PickedIn,
    PickListIn,
    PickListOut,
    PickListQuery,
    PickupIn,
    PickupOut,
    PickupQuery,
    ReadyIn,
    RuleBody,
    ScanIn,
)
from quanqu.sell.fulfilment.contracts import (
    ListFilters,
    Measures,
    PackDraft,
    ParcelFieldError,
    PickListView,
)
from quanqu.sell.fulfilment.queries.work import place_in_scope

router = Router()
PART = "/fulfilment/orders/{live_order_id}/parts/{part}"


@router.get(
    "/fulfilment/places/{place_id}/board", response=BoardOut, summary="Get the board of a place"
)
def get_board(request: HttpRequest, place_id: Path[Id], query: Query[BoardQuery]) -> dict[str, Any]:
    """What a place has to pick, is picking, has ready, and let go today."""
    found = facade.get_board(
        actor=actor_of(request), place_id=place_id, now=utc_now(), delivery=query.delivery
    )
    return render.board(found)


@router.post(
    "/fulfilment/places/{place_id}/pick-lists",
    response={201: PickListOut},
    summary="Make a pick list",
)
@idempotent
def make_pick_list(
    request: HttpRequest, place_id: Path[Id], body: PickListIn
) -> Status[dict[str, Any]]:
    """Put the parts whose promise is due first on a list."""
    made = facade.make_pick_list(
        actor=actor_of(request), place_id=place_id, now=utc_now(), most_parts=body.most_parts,
        zone=body.zone,
    )  # fmt: skip
    return Status(201, _list(made))


@router.get("/pick-lists", response=PageOut[PickListOut], summary="List pick lists")
def list_pick_lists(
    request: HttpRequest, query: Query[PickListQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The pick lists of the places in scope, the newest first."""
    filters = ListFilters(query.unit, (query.state,) if query.state else ())
    found = facade.list_pick_lists(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.pick_list(row, places))


@router.get("/pick-lists/{pick_list_id}", response=PickListOut, summary="Get a pick list")
def get_pick_list(request: HttpRequest, pick_list_id: Path[Id]) -> dict[str, Any]:
    """A pick list with its lines in the order in which one walks."""
    return _list(facade.get_pick_list(actor=actor_of(request), list_id=pick_list_id, now=utc_now()))


@router.post("/pick-lists/{pick_list_id}/claim", response=PickListOut, summary="Claim a pick list")
@idempotent
def claim_pick_list(request: HttpRequest, pick_list_id: Path[Id]) -> dict[str, Any]:
    """Take a list to pick it; nobody else can."""
    actor = actor_of(request)
    return _list(facade.claim_pick_list(actor=actor, list_id=pick_list_id, now=utc_now()))


@router.post(
    "/pick-lists/{pick_list_id}/cancellation", response=PickListOut, summary="Give a list up"
)
@idempotent
def cancel_pick_list(request: HttpRequest, pick_list_id: Path[Id]) -> dict[str, Any]:
    """What nobody has picked may be put on another list."""
    actor = actor_of(request)
    return _list(facade.cancel_pick_list(actor=actor, list_id=pick_list_id, now=utc_now()))


@router.put(
    "/pick-lists/{pick_list_id}/lines/{line_key}", response=PickListOut, summary="Pick a line"
)
@idempotent
def pick_line(
    request: HttpRequest, pick_list_id: Path[Id], line_key: Path[int], body: PickedIn
) -> dict[str, Any]:
    """All of its units, or too few: then it ships from elsewhere, or holds its order up."""
    if not 0 <= line_key < 2**63:
        raise ParcelFieldError(field="line", problem="no line has this number")
    done = facade.pick_line(
        actor=actor_of(request), list_id=pick_list_id, line_key=line_key, quantity=body.picked,
        now=utc_now(),
    )  # fmt: skip
    return _list(done)


@router.post("/pick-lists/{pick_list_id}/scans", response=PickListOut, summary="Scan an item")
@idempotent
def scan_item(request: HttpRequest, pick_list_id: Path[Id], body: ScanIn) -> dict[str, Any]:
    """One unit of the first line that wants the item is picked."""
    done = facade.scan_item(
        actor=actor_of(request), list_id=pick_list_id, code=body.code, now=utc_now()
    )
    return _list(done)


@router.get("/fulfilment/figures", response=FiguresOut, summary="Get how well places fulfil")
def get_figures(request: HttpRequest, query: Query[FiguresQuery]) -> dict[str, Any]:
    """Time to pick, promises kept, pickups nobody collected, parcels that arrived late."""
    actor = actor_of(request)
    if query.last < query.first:
        raise ParcelFieldError(field="period", problem="the first day comes first")
    found = facade.fulfilment_figures(
        actor=actor, period=Period(query.first, query.last), zone=actor.time_zone,
        unit_id=query.unit,
    )  # fmt: skip
    return render.figures(found)


@router.get(PART, response=PartOut, summary="Get a part of an order")
def get_part(request: HttpRequest, live_order_id: Path[Id], part: Path[int]) -> dict[str, Any]:
    """A part of an order with what is left to pack, and its parcels."""
    found = facade.get_part(
        actor=actor_of(request), order_id=decode("ord", live_order_id), part_no=part, now=utc_now()
    )
    return render.part(found)


@router.post(f"{PART}/parcels", response={201: ParcelOut}, summary="Pack a parcel")
@idempotent
def pack_parcel(
    request: HttpRequest, live_order_id: Path[Id], part: Path[int], body: ParcelIn
) -> Status[dict[str, Any]]:
    """Close a parcel of a part that is being picked."""
    actor = actor_of(request)
    lines = {one.line: one.quantity for one in body.lines}
    if len(lines) < len(body.lines):
        raise ParcelFieldError(field="lines", problem="a line is told twice")
    draft = PackDraft(
        id=call_name(request, actor) or new_id(),
        order_id=decode("ord", live_order_id),
        part_no=part,
        lines=lines,
        measures=Measures(body.weight_g, body.length_mm, body.width_mm, body.height_mm),
    )
    made = facade.pack_parcel(actor=actor, draft=draft, now=utc_now())
    return Status(201, render.parcels([made])[0])


@router.post(f"{PART}/readiness", response=PartOut, summary="Put a part ready")
@idempotent
def make_ready(
    request: HttpRequest, live_order_id: Path[Id], part: Path[int], body: ReadyIn
) -> dict[str, Any]:
    """A picked part waits on a shelf for who collects it."""
    facade.make_ready(
        actor=actor_of(request), order_id=decode("ord", live_order_id), part_no=part,
        now=utc_now(), shelf=body.shelf,
    )  # fmt: skip
    return get_part(request, live_order_id, part)


@router.post(f"{PART}/dispatch", response=PartOut, summary="Hand parcels to carriers")
@idempotent
def hand_over_parcels(
    request: HttpRequest, live_order_id: Path[Id], part: Path[int]
) -> dict[str, Any]:
    """The goods leave stock with their parcels, and promised money is taken."""
    facade.hand_over_parcels(
        actor=actor_of(request), order_id=decode("ord", live_order_id), part_no=part, now=utc_now()
    )
    return get_part(request, live_order_id, part)


@router.post(f"{PART}/pickup", response=PartOut, summary="Hand a part to the buyer")
@idempotent
def hand_over_pickup(
    request: HttpRequest, live_order_id: Path[Id], part: Path[int], body: PickupIn
) -> dict[str, Any]:
    """With the code they were given; of what they showed only the kind is kept."""
    facade.hand_over_pickup(
        actor=actor_of(request), order_id=decode("ord", live_order_id), part_no=part,
        pickup_code=body.pickup_code, id_check=body.id_check, now=utc_now(),
    )  # fmt: skip
    return get_part(request, live_order_id, part)


@router.get(
    "/fulfilment/places/{place_id}/pickups", response=list[PickupOut], summary="List pickups"
)
def list_pickups(
    request: HttpRequest, place_id: Path[Id], query: Query[PickupQuery]
) -> list[dict[str, Any]]:
    """What waits at a place for who collects it, the longest waiting first."""
    found = facade.list_pickups(actor=actor_of(request), place_id=place_id, text=query.q)
    return [render.pickup(one) for one in found]


@router.put(
    "/fulfilment/places/{place_id}/rule", response=RuleBody, summary="Set how long goods wait"
)
@idempotent
def set_rule(request: HttpRequest, place_id: Path[Id], body: RuleBody) -> dict[str, int]:
    """After that many days what nobody collected is free again, and the money goes back."""
    actor = actor_of(request)
    place = place_in_scope(actor, place_id)
    days = facade.set_keep_days(
        actor=actor, place_key=place.key, days=body.keep_days, now=utc_now()
    )
    return {"keep_days": days}


@router.put("/fulfilment/places/{place_id}/bins", response=BinsOut, summary="Say where items lie")
@idempotent
def set_bins(request: HttpRequest, place_id: Path[Id], body: BinsIn) -> dict[str, Any]:
    """Pick lists lead through zones and bins in their order."""
    actor = actor_of(request)
    place = place_in_scope(actor, place_id)
    known = variants_by_sku(skus={(place.company_key, one.sku) for one in body.bins})
    bins = {
        known[place.company_key, one.sku].key: (one.zone, one.bin)
        for one in body.bins
        if (place.company_key, one.sku) in known
    }
    taken = facade.set_bins(actor=actor, place_key=place.key, bins=bins)
    unknown = sorted({one.sku for one in body.bins} - {sku for _, sku in known})
    return {"taken": taken, "unknown": unknown}


def _list(row: PickListView) -> dict[str, Any]:
    return render.pick_list(row, places_by_key(keys=[row.place_key]))
