"""Ids of places, items and customers from outside, as keys the actor may use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.know.customers.facade import get_customer
from quanqu.know.org.contracts import PlaceRef
from quanqu.know.org.facade import place_refs, resolve_scope
from quanqu.sell.catalog.facade import variant_refs, variants_by_sku
from quanqu.sell.checkout.api.schemas import LineIn, LiveOrderIn, TenderIn
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    LiveOrderNotFoundError,
    OrderDraft,
    OrderItemError,
    SlotChoice,
    TenderDraft,
)
from quanqu.sell.checkout.queries.places import places_of

MANAGE = "orders.manage"


def draft_of(actor: Actor, body: LiveOrderIn, order_id: UUID, now: datetime) -> OrderDraft:
    """Return what is asked for, by keys.

    Raises: NotAllowedError, LiveOrderNotFoundError, OrderItemError, MoneyFormatError,
    CustomerNotFoundError.
    """
    named = {body.place, *(one.from_place for one in body.lines if one.from_place)}
    places = places_in_scope(actor, named | ({body.pickup_place} if body.pickup_place else set()))
    place = places[body.place]
    pickup = places[body.pickup_place] if body.pickup_place else None
    currency = body.currency or places_of([place.key])[place.key].details.currency
    items = items_at(place, body.lines, body.place)
    is_sourced = body.delivery is Delivery.SHIP and body.slot is None
    usual = None if is_sourced else (pickup or place).key
    lines = tuple(
        LineDraft(
            variant_key=key,
            quantity=told.quantity,
            from_place_key=places[told.from_place].key if told.from_place else usual,
            unit_price_minor=minor_of(told.unit_price, currency),
        )
        for key, told in zip(items, body.lines, strict=True)
    )
    return OrderDraft(
        id=order_id,
        place_key=place.key,
        currency=currency,
        lines=lines,
        tenders=tenders_of(body.tenders, currency),
        delivery=body.delivery,
        pickup_place_key=pickup.key if pickup else None,
        contact=ContactDraft(**body.contact.dict()) if body.contact else None,
        subject_key=_subject(actor, body.customer),
        shipping_minor=minor_of(body.shipping, currency) or 0,
        note=body.note,
        pay_until=now + timedelta(seconds=body.pay_within_s) if body.pay_within_s else None,
        hold_id=decode("hld", body.hold) if body.hold else None,
        gift_message=(body.gift.message or "") if body.gift else "",
        hides_prices=bool(body.gift and body.gift.hides_prices),
        slot=SlotChoice(decode("dsl", body.slot.id), body.slot.day) if body.slot else None,
        is_reservation=body.reserve,
    )  # fmt: skip


def tenders_of(told: Iterable[TenderIn], currency: str) -> tuple[TenderDraft, ...]:
    """Return payments as they are asked for. Raises: MoneyFormatError."""
    return tuple(
        TenderDraft(
            one.tender, minor_of(one.amount, currency), one.token, one.payer, one.account,
            one.return_url,
        )
        for one in told
    )  # fmt: skip


def minor_of(text: str | None, currency: str) -> int | None:
    """Return an amount in minor units; None where none was told. Raises: MoneyFormatError."""
    return None if text is None else Money.parse(text, currency).minor


def _subject(actor: Actor, customer_id: str | None) -> int | None:
    if not customer_id:
        return None
    customer = get_customer(actor=actor, customer_id=decode("cus", customer_id))
    return min(customer.subject_keys)


def places_in_scope(actor: Actor, place_ids: Iterable[str]) -> dict[str, PlaceRef]:
    """Return places the actor manages orders at. Raises: LiveOrderNotFoundError."""
    wanted = set(place_ids)
    scope = resolve_scope(actor=actor, permission=MANAGE)
    found = place_refs(place_ids=wanted)
    for place_id in sorted(wanted):
        ref = found.get(place_id)
        if ref is None or not (scope.everything or ref.key in scope.places):
            raise LiveOrderNotFoundError(ref=f"place {place_id}")
    return found


def items_at(place: PlaceRef, lines: list[LineIn], place_id: str) -> list[int]:
    """Return the items of lines by key, as the company of a place sells them.

    Raises: OrderItemError.
    """
    by_id = variant_refs(variant_ids={one.item for one in lines if one.item is not None})
    by_sku = variants_by_sku(
        skus={(place.company_key, one.sku) for one in lines if one.sku is not None}
    )
    keys = []
    for number, one in enumerate(lines, 1):
        item = by_id.get(one.item or "") or by_sku.get((place.company_key, one.sku or ""))
        if item is None or item.company_key != place.company_key:
            raise OrderItemError(line=number, ref=one.item or one.sku, place=place_id)
        keys.append(item.key)
    return keys
