"""The REST API of levels, the ledger, movements and policies of stock."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api import (
    availability,
    channels,
    closing,
    counts,
    discrepancies,
    feeds,
    holds,
    kits,
    lots,
    pools,
    releases,
    render,
    tickets,
    transfers,
    turnover,
)
from quanqu.sell.inventory.api.naming import (
    item_of,
    items_at,
    items_called,
    place_of,
)
from quanqu.sell.inventory.api.schemas import (
    LedgerQuery,
    LedgerRowOut,
    LedgerStateQuery,
    LedgerSumOut,
    LevelOut,
    LevelQuery,
    MovementsIn,
    PolicyIn,
    PostedOut,
)
from quanqu.sell.inventory.contracts import (
    LevelFilters,
    Movement,
    MovementError,
    Posting,
    StockShortfallError,
)

router = Router(tags=["stock"])
router.add_router("", availability.router)
router.add_router("", channels.router)
router.add_router("", closing.router)
router.add_router("", counts.router)
router.add_router("", discrepancies.router)
router.add_router("", feeds.router)
router.add_router("", holds.router)
router.add_router("", kits.router)
router.add_router("", lots.router)
router.add_router("", pools.router)
router.add_router("", releases.router)
router.add_router("", tickets.router)
router.add_router("", transfers.router)
router.add_router("", turnover.router)


@router.get("/stock/levels", response=PageOut[LevelOut], summary="List levels")
def list_levels(
    request: HttpRequest, query: Query[LevelQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What is there of each item at each place in scope, by item."""
    actor = actor_of(request)
    items = None
    if query.item is not None:
        items = frozenset({item_of(actor, query.item).key})
    if query.sku is not None:
        called = items_called(actor, query.sku)
        items = called if items is None else items & called
    filters = LevelFilters(
        unit_id=query.unit,
        place_key=place_of(actor, query.place).key if query.place else None,
        variant_keys=items,
        is_out=query.is_out,
    )
    found = facade.list_levels(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    places = places_by_key(keys={row.place_key for row in found.items})
    labels = variant_labels(variant_keys={row.variant_key for row in found.items})
    return cursor_page(request, found, lambda row: render.level(row, places, labels))


@router.get("/stock/ledger", response=PageOut[LedgerRowOut], summary="Read the ledger")
def list_ledger(
    request: HttpRequest,
    query: Query[LedgerQuery],
    narrow: Query[LedgerStateQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """The movements of an item at a place, newest first, each with the balance after it."""
    actor = actor_of(request)
    found = facade.list_ledger(
        actor=actor,
        place_key=place_of(actor, query.place).key,
        variant_key=item_of(actor, query.item, query.place).key,
        state=narrow.state,
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, render.ledger_row)


@router.get("/stock/ledger/sums", response=list[LedgerSumOut], summary="Explain a level")
def explain_level(request: HttpRequest, query: Query[LedgerQuery]) -> list[dict[str, Any]]:
    """Why there is as much as there is: the movements by state and kind, summed up."""
    actor = actor_of(request)
    found = facade.explain_level(
        actor=actor,
        place_key=place_of(actor, query.place).key,
        variant_key=item_of(actor, query.item, query.place).key,
    )
    return [render.ledger_sum(row) for row in found]


@router.post("/stock/movements", response={201: PostedOut}, summary="Post movements")
@idempotent
def post_movements(request: HttpRequest, body: MovementsIn) -> dict[str, Any]:
    """Post what happened to goods: receipts, returns, damage, corrections; all of it or nothing."""
    actor, now = actor_of(request), utc_now()
    named = items_at(actor, body.movements)
    companies = {one.company_key for one in named}
    if len(companies) > 1:
        first = next(at for at, one in enumerate(named) if one.company_key != named[0].company_key)
        problem = "its place belongs to another company than that of line 1"
        raise MovementError(line=first + 1, problem=problem)
    movements = tuple(
        Movement(
            one.place_key,
            one.variant_key,
            told.kind,
            told.state,
            told.quantity,
            told.lot,
            told.best_before,
        )
        for one, told in zip(named, body.movements, strict=True)
    )
    posting = Posting(
        movements, body.at or now, body.source, reason=body.reason, ref=body.ref, once=body.once
    )
    try:
        made = facade.post_outside(
            actor=actor, posting=posting, company_key=min(companies, default=0), now=now
        )
    except StockShortfallError as error:
        names = {(one.place_key, one.variant_key): one for one in named}
        at = names[error.fields["place"], error.fields["item"]]  # type: ignore[index] # both are keys
        raise StockShortfallError(**error.fields | {"place": at.place, "item": at.item}) from error
    return {"posting": encode("pst", made.posting_id), "is_repeat": made.is_repeat}


@router.put("/stock/policies", response={204: None}, summary="Set safety stock and limits")
@idempotent
def set_policies(request: HttpRequest, body: PolicyIn) -> None:
    """Set how much is withheld of items at places, and how much may be promised beyond."""
    actor = actor_of(request)
    facade.set_policy(
        actor=actor,
        ats=[(one.place_key, one.variant_key) for one in items_at(actor, body.items)],
        safety_target=body.safety_target,
        backorder_limit=body.backorder_limit,
        now=utc_now(),
    )
