"""Policies, forecasts and proposals for tests of replenishment, in the world of supply."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.builders.supply import NOW, World

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import (
    ForecastPeriod,
    ForecastSet,
    PolicyDraft,
    Proposal,
    ProposalFilters,
    ProposalState,
    Run,
)


def plan(world: World, item: int, *, place: PlaceInfo | None = None, **told: Any) -> None:
    """Keep an item in stock at a place, the shop unless told otherwise."""
    draft = PolicyDraft(place_key=(place or world.shop).key, variant_key=item, **told)
    facade.set_policies(actor=SYSTEM, drafts=[draft], now=NOW)


def expect(
    world: World, item: int, *days: tuple[float, float], place: PlaceInfo | None = None, **told: Any
) -> int:
    """Push a forecast of days from today on, as (quantity, standard error)."""
    key = (place or world.shop).key
    periods = tuple(
        ForecastPeriod(key, item, NOW.date() + timedelta(days=at), 1, quantity, error)
        for at, (quantity, error) in enumerate(days)
    )
    forecasts = ForecastSet(told.get("made_at", NOW), "test", periods)
    return facade.push_forecast(actor=told.get("actor", SYSTEM), forecasts=forecasts, now=NOW)


def look(world: World, *, actor: Actor = SYSTEM, days: int = 0) -> Run:
    """Look at what the company needs, some days from now."""
    return facade.look_at_stock(
        actor=actor, company_key=world.company.key, now=NOW + timedelta(days=days)
    )


def proposals(*states: ProposalState, actor: Actor = SYSTEM) -> dict[tuple[int, int], Proposal]:
    """Return proposals, the open ones unless told otherwise, by (place, item)."""
    filters = ProposalFilters(states=frozenset(states or {ProposalState.OPEN}))
    found = facade.list_proposals(actor=actor, filters=filters, limit=500).items
    return {(one.place_key, one.variant_key): one for one in found}


def propose_at(place: PlaceInfo, *, now: datetime) -> str:
    """Have mugs proposed for a place, and return the proposal's id."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = PolicyDraft(place.key, mug, minimum=900, maximum=990)
    facade.set_policies(actor=SYSTEM, drafts=[draft], now=now)
    facade.look_at_stock(actor=SYSTEM, company_key=place.company_key, now=now)
    return encode("rpl", proposals()[place.key, mug].id)


def accept(*ids: UUID, actor: Actor = SYSTEM) -> list[str]:
    """Accept proposals and return the documents they became."""
    made = facade.accept_proposals(actor=actor, proposal_ids=ids, now=NOW)
    return [one.document_id for one in made]
