"""The REST API of goods that are tried at a place: what is kept there, and what is bought of it."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import MoneyOut, call_name, idempotent, money_out
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.sell.checkout.contracts import (
    MOST_LINES,
    MOST_TENDERS,
    LiveState,
    ReservationView,
    ReservedPurchase,
    TenderDraft,
)
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.api.types import Id
from quanqu.sell.fulfilment.api.work_schemas import PickupQuery

router = Router()
_LARGEST = 10**15
_Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
_Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
_Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]
_ONE = "/fulfilment/reservations/{reservation_id}"


class ReservedLineOut(Schema):
    """Goods that are kept to be tried."""

    line: int
    sku: str
    name: str
    quantity: int
    unit_price: MoneyOut


class ReservationOut(Schema):
    """What somebody reserved at a place, and until when; the name is masked."""

    order: str
    number: str
    name: str
    state: LiveState
    until: str | None
    total: MoneyOut
    lines: list[ReservedLineOut]


class BoughtLineIn(Schema):
    """How many units of a line are bought."""

    line: Annotated[int, Field(strict=True, ge=1, le=9_999)]
    quantity: Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]


class DeskTenderIn(Schema):
    """A part of the money; one part may leave its amount open and takes the rest."""

    tender: _Code
    amount: _Amount | None = None
    token: _Text = ""
    payer: _Text = ""
    account: _Text = ""


class PurchaseIn(Schema):
    """What is bought, how it is paid, and the code the buyer showed."""

    lines: Annotated[list[BoughtLineIn], Field(max_length=MOST_LINES)] = Field(
        [], description="A line that is not named is not bought; without any all goods are free."
    )
    tenders: Annotated[list[DeskTenderIn], Field(max_length=MOST_TENDERS)] = []
    pickup_code: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]


class PurchaseOut(Schema):
    """What became of a reservation: completed, or cancelled where nothing was bought."""

    order: str
    number: str
    state: LiveState
    total: MoneyOut


@router.get(
    "/fulfilment/places/{place_id}/reservations",
    response=list[ReservationOut],
    summary="List what is kept to be tried",
)
def list_reservations(
    request: HttpRequest, place_id: Path[Id], query: Query[PickupQuery]
) -> list[dict[str, Any]]:
    """What is kept at a place for who comes to try it, the first to end first; q finds by number,
    name or the whole code."""
    found = facade.list_reservations(actor=actor_of(request), place_id=place_id, text=query.q)
    return [_told(one) for one in found]


@router.get(_ONE, response=ReservationOut, summary="Get a reservation")
def get_reservation(request: HttpRequest, reservation_id: Path[Id]) -> dict[str, Any]:
    """What is kept, or was and nobody bought."""
    key = decode("ord", reservation_id)
    return _told(facade.get_reservation(actor=actor_of(request), order_id=key))


@router.post(f"{_ONE}/purchase", response=PurchaseOut, summary="Sell what was tried")
@idempotent
def buy(request: HttpRequest, reservation_id: Path[Id], body: PurchaseIn) -> dict[str, Any]:
    """What is bought is paid and handed over, the rest is free at once; all of it or nothing.

    Money has to be there at once: a provider that answers later is refused.
    """
    actor, key = actor_of(request), decode("ord", reservation_id)
    currency = facade.reserved_currency(actor=actor, order_id=key)
    units: dict[int, int] = {}
    for one in body.lines:
        units[one.line] = units.get(one.line, 0) + one.quantity
    purchase = ReservedPurchase(
        id=call_name(request, actor) or new_id(),
        order_id=key,
        quantities=units,
        tenders=tuple(
            TenderDraft(
                one.tender,
                None if one.amount is None else Money.parse(one.amount, currency).minor,
                one.token,
                one.payer,
                one.account,
            )
            for one in body.tenders
        ),
        pickup_code=body.pickup_code.strip(),
    )
    sold = facade.buy_at_desk(actor=actor, purchase=purchase, now=utc_now())
    return {
        "order": encode("ord", sold.id),
        "number": sold.number,
        "state": sold.state,
        "total": money_out(
            Money(0 if sold.state is LiveState.CANCELLED else sold.total_minor, currency)
        ),
    }


def _told(one: ReservationView) -> dict[str, Any]:
    head = one.order
    return {
        "order": encode("ord", head.id),
        "number": head.number,
        "name": one.name,
        "state": head.state,
        "until": format_time(head.pay_until) if head.pay_until else None,
        "total": money_out(Money(head.total_minor, head.currency)),
        "lines": [
            {
                "line": line.line_no,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": money_out(Money(line.unit_price_minor, head.currency)),
            }
            for line in one.lines
        ],
    }
