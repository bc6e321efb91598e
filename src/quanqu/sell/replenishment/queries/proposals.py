"""Proposals and the last look at each company, as an actor may see them."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.replenishment.contracts import (
    Figures,
    PolicyMethod,
    Proposal,
    ProposalFilters,
    ProposalKind,
    ProposalNotFoundError,
    ProposalSort,
    ProposalState,
    Run,
)
from quanqu.sell.replenishment.models import Proposal as ProposalRow
from quanqu.sell.replenishment.models import Run as RunRow
from quanqu.sell.replenishment.queries.policies import VIEW

__all__ = [
    "count_proposals",
    "get_proposal",
    "list_proposals",
    "list_runs",
    "proposal_info",
]

_SORTINGS: Final = {
    ProposalSort.URGENT: Sorting("urgent", "shortage", read=read_number),
    ProposalSort.NEWEST: Sorting("newest", "key", read=read_number),
}


def list_proposals(
    *,
    actor: Actor,
    filters: ProposalFilters,
    sort: ProposalSort = ProposalSort.URGENT,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Proposal]:
    """Return a page of proposals for places in scope, the deepest below its reorder point first.

    Raises: NotAllowedError, MalformedCursorError.
    """
    rows, following = _SORTINGS[sort].page(_seen(actor, filters), cursor, limit)
    return Page(tuple(map(proposal_info, rows)), following)


def count_proposals(*, actor: Actor, filters: ProposalFilters) -> int:
    """Return how many proposals the filters leave. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def get_proposal(*, actor: Actor, proposal_id: UUID) -> Proposal:
    """Return a proposal for a place in scope. Raises: ProposalNotFoundError, NotAllowedError."""
    row = _seen(actor, ProposalFilters()).filter(id=proposal_id).first()
    if row is None:
        raise ProposalNotFoundError(ref=encode("rpl", proposal_id))
    return proposal_info(row)


def list_runs(*, actor: Actor, company_keys: Collection[int] | None = None) -> tuple[Run, ...]:
    """Return the last look at each company in scope, the latest first. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope, found = actor.scope(VIEW), RunRow.objects.filter(at__isnull=False)
    if not scope.everything:
        found = found.filter(company_key__in=scope.companies)
    if company_keys is not None:
        found = found.filter(company_key__in=company_keys)
    return tuple(
        Run(row.company_key, row.at, row.policies, row.proposed, row.unsourced, row.unforecast)
        for row in found.order_by("-at", "company_key")
        if row.at is not None
    )


def proposal_info(row: ProposalRow) -> Proposal:
    """Return a proposal's row as a contract."""
    told = row.figures | {"method": PolicyMethod(row.figures["method"])}
    return Proposal(
        key=row.key,
        id=row.id,
        company_key=row.company_key,
        place_key=row.place_key,
        variant_key=row.variant_key,
        state=ProposalState(row.state),
        kind=ProposalKind(row.kind),
        supplier_id=row.supplier_id,
        from_place_key=row.from_place_key,
        quantity=row.quantity,
        asked=row.asked,
        shortage=row.shortage,
        figures=Figures(**told),
        made_at=row.made_at,
        updated_at=row.updated_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        reason=row.reason,
        quiet_until=row.quiet_until,
        document_id=row.document_id,
    )


def _seen(actor: Actor, filters: ProposalFilters) -> "QuerySet[ProposalRow]":
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    wanted = {
        "place_key__in": filters.place_keys,
        "company_key__in": filters.company_keys,
        "variant_key__in": filters.variant_keys,
        "state__in": {one.value for one in filters.states} or None,
        "kind__in": {one.value for one in filters.kinds} or None,
        "supplier_id": filters.supplier_id or None,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    found = ProposalRow.objects.filter(**told)
    return found if scope.everything else found.filter(place_key__in=scope.places)
