"""Proposals: listed, changed, dismissed and accepted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.api import render
from quanqu.sell.replenishment.api.naming import places_of
from quanqu.sell.replenishment.api.schemas import (
    AcceptedOut,
    CountOut,
    DismissalIn,
    Id,
    ProposalOut,
    ProposalQuery,
    ProposalsIn,
    ProposalSortQuery,
    QuantityIn,
)
from quanqu.sell.replenishment.contracts import ProposalFilters

__all__ = ["router"]

router = Router()


@router.get("/replenishment/proposals", response=PageOut[ProposalOut], summary="List proposals")
def list_proposals(
    request: HttpRequest,
    query: Query[ProposalQuery],
    order: Query[ProposalSortQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """What to order again for places in scope, with the figures behind it."""
    actor = actor_of(request)
    found = facade.list_proposals(
        actor=actor,
        filters=_filters(actor, query),
        sort=order.sort,
        cursor=page.cursor,
        limit=page.limit,
    )
    rendered = iter(render.proposals(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.get("/replenishment/proposals/count", response=CountOut, summary="Count proposals")
def count_proposals(request: HttpRequest, query: Query[ProposalQuery]) -> dict[str, int]:
    """How many proposals the filters leave."""
    actor = actor_of(request)
    return {"count": facade.count_proposals(actor=actor, filters=_filters(actor, query))}


@router.get(
    "/replenishment/proposals/{proposal_id}", response=ProposalOut, summary="Get a proposal"
)
def get_proposal(request: HttpRequest, proposal_id: Path[Id]) -> dict[str, Any]:
    """A proposal and why it is made."""
    found = facade.get_proposal(actor=actor_of(request), proposal_id=decode("rpl", proposal_id))
    return render.proposals([found])[0]


@router.put(
    "/replenishment/proposals/{proposal_id}/quantity",
    response=ProposalOut,
    summary="Change a quantity",
)
@idempotent
def change_quantity(
    request: HttpRequest, proposal_id: Path[Id], body: QuantityIn
) -> dict[str, Any]:
    """Put a quantity in the place of what was worked out, in the packs of the supplier."""
    found = facade.change_quantity(
        actor=actor_of(request),
        proposal_id=decode("rpl", proposal_id),
        quantity=body.quantity,
        now=utc_now(),
    )
    return render.proposals([found])[0]


@router.post("/replenishment/dismissals", response=CountOut, summary="Dismiss proposals")
@idempotent
def dismiss_proposals(request: HttpRequest, body: DismissalIn) -> dict[str, int]:
    """Say that these are not to be ordered; the count is of those dismissed now."""
    count = facade.dismiss_proposals(
        actor=actor_of(request),
        proposal_ids=_ids(body.proposals),
        reason=body.reason,
        quiet_days=body.quiet_days,
        now=utc_now(),
    )
    return {"count": count}


@router.post(
    "/replenishment/acceptances", response={201: list[AcceptedOut]}, summary="Accept proposals"
)
@idempotent
def accept_proposals(request: HttpRequest, body: ProposalsIn) -> Status[list[dict[str, Any]]]:
    """Make drafts of purchase orders and transfers of these, one by supplier and place."""
    made = facade.accept_proposals(
        actor=actor_of(request), proposal_ids=_ids(body.proposals), now=utc_now()
    )
    return Status(201, render.accepted(made))


def _ids(texts: Sequence[str]) -> list[UUID]:
    return [decode("rpl", text) for text in texts]


def _filters(actor: Actor, query: ProposalQuery) -> ProposalFilters:
    return ProposalFilters(
        place_keys=places_of(actor, query.unit),
        states=frozenset(query.state),
        kinds=frozenset(query.kind),
        supplier_id=query.supplier or "",
    )
