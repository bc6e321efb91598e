"""The REST API of transfers that arrived short or over."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    MoneyOut,
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    money_out,
)
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api import render
from quanqu.sell.inventory.api.naming import place_of
from quanqu.sell.inventory.api.schemas import Id, Quantity, Text
from quanqu.sell.inventory.api.transfer_schemas import LineNo, TransferOut
from quanqu.sell.inventory.contracts import (
    ClaimEnding,
    Decision,
    DecisionDraft,
    DecisionKind,
    DecisionState,
    Discrepancy,
    DiscrepancyFilters,
)

router = Router(tags=["stock"])
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Amount = Annotated[str | None, Field(None, max_length=24, examples=["12.50"])]
Currency = Annotated[str, Field(max_length=3, pattern=r"^([A-Z]{3})?$", examples=["CNY"])]


class DiscrepancyQuery(Schema):
    """Narrow the list of transfers that differ; `since` and `until` are of when they were sent."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    place: Id | None = Field(None, description="From it or to it.")
    is_open: bool | None = Field(None, description="Whether anything is to be decided or answered.")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    search: Text = Field("", description="An id, a note, the beginning of a SKU, or a name.")


class DecisionIn(Schema):
    """What became of units of a line; a claim has an amount, a loss has a reason."""

    line: LineNo
    kind: DecisionKind
    quantity: Quantity = Field(description="Sale units, at least 1.")
    note: Text = ""
    amount: Amount
    currency: Currency = ""


class ClaimEndingIn(Schema):
    """How a claim ends: paid, with the amount, or given up, with the reason."""

    ending: ClaimEnding
    amount: Amount
    currency: Currency = ""
    note: Text = ""


class UndoingIn(Schema):
    """The state that is taken back: the decision's, or that of a claim's answer."""

    state: DecisionState


class DecisionStepOut(Schema):
    """A step of a decision."""

    state: DecisionState
    note: str
    amount: MoneyOut | None
    by: str
    actor_name: str
    at: str


class DecisionOut(Schema):
    """A decision and its history."""

    number: int
    line: int
    kind: DecisionKind
    quantity: int
    note: str
    amount: MoneyOut | None
    state: DecisionState
    steps: list[DecisionStepOut]


class DiscrepancyOut(Schema):
    """A transfer with what was decided about its differences. Units: sale units."""

    transfer: TransferOut
    short_open: int
    over_open: int
    decided: int
    is_open: bool
    decisions: list[DecisionOut]


@router.get(
    "/stock/discrepancies",
    response=PageOut[DiscrepancyOut],
    summary="List transfers that arrived short or over",
)
def list_discrepancies(
    request: HttpRequest, query: Query[DiscrepancyQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The transfers in scope that arrived in part or with surplus, the newest first."""
    actor = actor_of(request)
    filters = DiscrepancyFilters(
        unit_id=query.unit,
        place_key=place_of(actor, query.place).key if query.place else None,
        is_open=query.is_open,
        since=query.since,
        until=query.until,
        text=query.search,
    )
    found = facade.list_discrepancies(
        actor=actor, filters=filters, cursor=page.cursor, limit=page.limit
    )
    rendered = iter(_rendered(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.get(
    "/stock/transfers/{transfer_id}/discrepancy",
    response=DiscrepancyOut,
    summary="Get what differs of a transfer",
)
def get_discrepancy(request: HttpRequest, transfer_id: Path[Id]) -> dict[str, Any]:
    """A transfer with what was decided about its differences."""
    return _shown(facade.get_discrepancy(actor=actor_of(request), transfer_id=_key(transfer_id)))


@router.post(
    "/stock/transfers/{transfer_id}/decisions",
    response={201: DiscrepancyOut},
    summary="Decide about a difference",
)
@idempotent
def decide_discrepancy(
    request: HttpRequest, transfer_id: Path[Id], body: DecisionIn
) -> dict[str, Any]:
    """Say what became of units that did not arrive, or that arrived beyond what was sent."""
    actor = actor_of(request)
    found = facade.decide_discrepancy(
        actor=actor,
        transfer_id=_key(transfer_id),
        told=DecisionDraft(
            body.line, body.kind, body.quantity, body.note, _money(body.amount, body.currency)
        ),
        once=str(call_name(request, actor) or new_id()),
        now=utc_now(),
    )
    return _shown(found)


@router.post(
    "/stock/transfers/{transfer_id}/decisions/{number}/ending",
    response=DiscrepancyOut,
    summary="End a claim",
)
@idempotent
def end_claim(
    request: HttpRequest, transfer_id: Path[Id], number: Number, body: ClaimEndingIn
) -> dict[str, Any]:
    """Say what the carrier paid of a claim, or that nobody will."""
    found = facade.end_claim(
        actor=actor_of(request),
        transfer_id=_key(transfer_id),
        number=number,
        ending=body.ending,
        amount=_money(body.amount, body.currency),
        note=body.note,
        now=utc_now(),
    )
    return _shown(found)


@router.post(
    "/stock/transfers/{transfer_id}/decisions/{number}/undoing",
    response=DiscrepancyOut,
    summary="Take a decision back",
)
@idempotent
def undo_decision(
    request: HttpRequest, transfer_id: Path[Id], number: Number, body: UndoingIn
) -> dict[str, Any]:
    """Take back a decision, or a claim's answer, where nothing else happened since."""
    found = facade.undo_decision(
        actor=actor_of(request),
        transfer_id=_key(transfer_id),
        number=number,
        state=body.state,
        now=utc_now(),
    )
    return _shown(found)


def _key(transfer_id: str) -> UUID:
    return decode("trf", transfer_id)


def _money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else Money.parse(amount, currency)


def _shown(found: Discrepancy) -> dict[str, Any]:
    return _rendered([found])[0]


def _rendered(found: Sequence[Discrepancy]) -> list[dict[str, Any]]:
    transfers = [one.transfer for one in found]
    keys = {key for one in transfers for key in (one.from_place_key, one.to_place_key)}
    places = places_by_key(keys=keys)
    items = {line.variant_key for one in transfers for line in one.lines}
    labels = variant_labels(variant_keys=items)
    return [
        {
            "transfer": render.transfer(one.transfer, places, labels),
            "short_open": one.short_open,
            "over_open": one.over_open,
            "decided": one.decided,
            "is_open": one.is_open,
            "decisions": [_decision(each) for each in one.decisions],
        }
        for one in found
    ]


def _decision(one: Decision) -> Mapping[str, Any]:
    def money(amount: Money | None) -> MoneyOut | None:
        return money_out(amount) if amount else None

    steps = [
        {
            "state": each.state,
            "note": each.note,
            "amount": money(each.amount),
            "by": each.by,
            "actor_name": each.actor_name,
            "at": format_time(each.at),
        }
        for each in one.steps
    ]
    return {
        "number": one.number,
        "line": one.line_no,
        "kind": one.kind,
        "quantity": one.quantity,
        "note": one.note,
        "amount": money(one.amount),
        "state": one.state,
        "steps": steps,
    }
