"""Place orders: goods, money and order in one transaction, many buyers' in one set.

What cannot be granted to one does not touch the others: a set that fails is asked again one by one.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.infra.db.facade import Combiner, Question, Work, do_alone
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.contracts import Offer
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.checkout.actions.allowed import MANAGE, require_places, require_sources
from quanqu.sell.checkout.actions.refusing import other_refusal
from quanqu.sell.checkout.actions.reserving import reservation_of
from quanqu.sell.checkout.actions.sourcing import allocate_order, short_line
from quanqu.sell.checkout.actions.takeover import check_takeover, hold_goods
from quanqu.sell.checkout.actions.timing import take_slots
from quanqu.sell.checkout.actions.writing import NewOrder, write_orders
from quanqu.sell.checkout.contracts import (
    Delivery,
    LiveOrder,
    LiveOrderNotFoundError,
    LiveOrdersMoved,
    LiveState,
    NotEnoughError,
    OrderDraft,
    OrderLineError,
    OrderReusedError,
    PaymentRefusedError,
)
from quanqu.sell.checkout.queries.orders import CONTACT_PURPOSE, order_number, orders_by_id
from quanqu.sell.checkout.queries.places import buyer_of, places_of
from quanqu.sell.checkout.rules.parts import parts_by_place
from quanqu.sell.checkout.rules.totals import fingerprint, price_lines, share_of_tenders
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldRequest,
)
from quanqu.sell.inventory.facade import split_holds
from quanqu.sell.payments.contracts import Channel, PaymentRequest
from quanqu.sell.payments.facade import get_tender, start_payments

__all__ = ["place_order", "placing"]

PAY_WITHIN: Final = timedelta(minutes=15)
_MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    draft: OrderDraft
    now: datetime


def place_order(*, actor: Actor, draft: OrderDraft, now: datetime) -> LiveOrder:
    """Place an order: its goods are promised and its money is asked for, or nothing happened.

    Where lines name no place, sourcing decides where the goods come from, and holds them there.

    A reservation asks for no money: its goods are kept at the store until `pay_until`, 7 days at
    most; without it for as long as the store usually keeps them.
    Money that is there at once confirms it and allocates the goods; otherwise they are held until
    `pay_until` (15 minutes).  Asked again under the same id, the first order is answered as it
    stands.  Locks: levels by (place, item).  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError for a place outside of the actor's,
    OrderLineError, OrderItemError, NoPriceError, TenderSumError, NotEnoughError, OrderReusedError,
    ForeignSourceError, PaymentRefusedError, ReservationDraftError, what `start_payments`,
    `slots.reserve_slots` and `sourcing.allocate` raise.
    """
    return do_alone(placing(actor=actor, draft=draft, now=now))


def placing(*, actor: Actor, draft: OrderDraft, now: datetime) -> Work[LiveOrder]:
    """As `place_order`, as a work: orders of one thread are placed as one set, each by itself."""
    sources = {one.from_place_key for one in draft.lines if one.from_place_key is not None}
    require_places(actor, MANAGE, {draft.place_key, *sources})
    if draft.is_reservation:
        draft = reservation_of(draft, now)
    if draft.hold_id is not None:
        check_takeover(draft)
        (told,) = _place_set([_Asked(actor, draft, now)])
        return _raised(told)
    if draft.is_sourced:
        return _place_sourced(_Asked(actor, draft, now))
    answer: LiveOrder | QuanquError = yield Question(_COMBINER, _Asked(actor, draft, now))
    return _raised(answer)


def _raised(answer: LiveOrder | QuanquError) -> LiveOrder:
    if isinstance(answer, QuanquError):
        raise answer
    return answer


def _place_sourced(asked: _Asked) -> LiveOrder:
    """Place an order whose goods come from where sourcing decides, by itself: what sourcing locks
    must not meet what a set has locked."""
    draft, now = asked.draft, asked.now
    places = places_of({draft.place_key})
    order = _prepared(asked, places, _offers(places, [asked]), now)
    with transaction.atomic():
        known = _known(order) or allocate_order(order, ends_at=_ends_at(order, now), now=now)
        if isinstance(known, LiveOrder):
            return known
        order = replace(order, parts=known[0], part_of=known[1])
        if before := _known(order):  # asked twice at the same time: the first has committed by now
            return before
        return _begun([order], now)[draft.id]


def _known(order: NewOrder) -> LiveOrder | None:
    """Return the order that is there under this id. Raises: OrderReusedError for another."""
    known, prints = orders_by_id([order.draft.id])
    if known and prints[order.draft.id] != order.fingerprint:
        raise OrderReusedError(ref=encode("ord", order.draft.id))
    return known.get(order.draft.id)


def _place_set(asked: Sequence[_Asked]) -> list[LiveOrder | QuanquError]:
    now = max(one.now for one in asked)
    places = places_of({one.draft.place_key for one in asked})
    offers = _offers(places, asked)
    prepared: list[NewOrder | QuanquError] = []
    for one in asked:
        try:
            prepared.append(_prepared(one, places, offers, now))
        except QuanquError as error:
            prepared.append(error)
    with transaction.atomic():
        answers = _written([one for one in prepared if isinstance(one, NewOrder)], now)
    return [one if isinstance(one, QuanquError) else answers[one.draft.id] for one in prepared]


def _offers(places: dict[int, PlaceInfo], asked: Sequence[_Asked]) -> dict[int, dict[int, Offer]]:
    return {
        key: offers_at(
            place_key=key,
            company_key=place.company_key,
            variant_keys={
                line.variant_key
                for one in asked
                if one.draft.place_key == key
                for line in one.draft.lines
            },
        )
        for key, place in places.items()
    }


_COMBINER: Final = Combiner(_place_set, most=_MOST_AT_ONCE)


def _prepared(
    asked: _Asked,
    places: dict[int, PlaceInfo],
    offers: dict[int, dict[int, Offer]],
    now: datetime,
) -> NewOrder:
    draft = asked.draft
    place = places.get(draft.place_key)
    if place is None:
        raise LiveOrderNotFoundError(ref=f"place {draft.place_key}")
    lines = price_lines(draft, offers[draft.place_key], place=place.id)
    goods = sum(line.amount_minor for line in lines)
    if not draft.is_reservation:
        share_of_tenders(draft, goods + draft.shipping_minor)
    is_waiting = draft.is_reservation or any(
        get_tender(code=one.tender).channel is Channel.PROVIDER for one in draft.tenders
    )
    sources = [one.from_place_key for one in draft.lines if one.from_place_key is not None]
    if sources and draft.is_sourced:
        raise OrderLineError(line=0, problem="either all lines name where they come from, or none")
    parts = parts_by_place(draft.id, sources)
    numbers = {part.place_key: at for at, part in enumerate(parts)}
    day = now.astimezone(ZoneInfo(place.details.time_zone or "UTC")).date()
    require_sources(place.company_key, set(sources), day)
    return NewOrder(
        draft=draft,
        actor_id=asked.actor.id,
        company_key=place.company_key,
        business_date=day.isoformat(),
        lines=lines,
        parts=parts,
        part_of=tuple(numbers[key] for key in sources),
        goods_minor=goods,
        state=LiveState.AWAITING_PAYMENT if is_waiting else LiveState.CONFIRMED,
        fingerprint=fingerprint(draft, lines),
        sealed=_sealed(draft),
        channel=place.channel or "",
    )


def _sealed(draft: OrderDraft) -> bytes | None:
    told: dict[str, str] = {}
    if draft.contact is not None:
        told = {name: text for name, text in asdict(draft.contact).items() if text}
    if draft.gift_message:
        told["gift_message"] = draft.gift_message
    if draft.hides_prices:
        told["hides_prices"] = "yes"
    if draft.delivery is Delivery.PICKUP:
        told["pickup_code"] = f"{secrets.randbelow(1_000_000):06d}"
    if not told:
        return None
    return encrypt(json.dumps(told, ensure_ascii=False), purpose=CONTACT_PURPOSE)


def _written(orders: Sequence[NewOrder], now: datetime) -> dict[UUID, LiveOrder | QuanquError]:
    known, prints = orders_by_id([one.draft.id for one in orders])
    answers: dict[UUID, LiveOrder | QuanquError] = dict(known)
    fresh: dict[UUID, NewOrder] = {}
    for one in orders:
        before = prints.get(one.draft.id) or (
            fresh[one.draft.id].fingerprint if one.draft.id in fresh else None
        )
        if before is None:
            fresh[one.draft.id] = one
        elif before != one.fingerprint:
            answers[one.draft.id] = OrderReusedError(ref=encode("ord", one.draft.id))
    holds = hold_goods([(one.draft, _hold_of(one, now)) for one in fresh.values()], now=now)
    granted = []
    for one, hold in zip(list(fresh.values()), holds, strict=True):
        if hold.is_granted:
            granted.append(one)
            continue
        skus = {line.draft.variant_key: line.sku for line in one.lines}
        if refusal := other_refusal(hold, skus):
            answers[one.draft.id] = refusal
            continue
        short = [
            short_line(number, line, asked=part.line.quantity, available=part.available)
            for part in hold.short
            for number, line in enumerate(one.lines, 1)
            if (line.draft.from_place_key, line.draft.variant_key)
            == (part.line.place_key, part.line.variant_key)
        ]
        answers[one.draft.id] = NotEnoughError(count=len(short), short=short)
    if granted:
        further = [(one.draft.id, part) for one in granted for part in one.parts[1:]]
        split_holds(parts=[(of, part.place_key, part.hold_id) for of, part in further])
        answers |= _begun(granted, now)
    return answers


def _begun(orders: Sequence[NewOrder], now: datetime) -> dict[UUID, LiveOrder]:
    """Ask for the money of orders whose goods are promised, and write them."""
    _start_payments(orders, now)
    keys = write_orders(orders, now=now)
    times = take_slots(orders, now=now)
    moved = [(encode("ord", one.draft.id), one.state.value) for one in orders]
    emit(LiveOrdersMoved(moved), now=now)
    made = {one.draft.id: _live(one, keys[one.draft.id], now) for one in orders}
    return made | {
        key: replace(made[key], slot_starts_at=slot.starts_at, slot_ends_at=slot.ends_at)
        for key, slot in times.items()
    }


def _hold_of(order: NewOrder, now: datetime) -> HoldRequest:
    draft = order.draft
    lines = tuple(
        HoldLine(order.parts[at].place_key, one.variant_key, one.quantity)
        for at, one in zip(order.part_of, draft.lines, strict=True)
    )
    return HoldRequest(
        draft.id,
        encode("ord", draft.id),
        lines,
        _ends_at(order, now),
        channel=order.channel,
        buyer=buyer_of(draft.subject_key),
    )


def _ends_at(order: NewOrder, now: datetime) -> datetime | None:
    """Return until when goods are held for money; None where it is there."""
    if order.state is not LiveState.AWAITING_PAYMENT:
        return None
    return order.draft.pay_until or now + PAY_WITHIN


def _start_payments(orders: Sequence[NewOrder], now: datetime) -> None:
    requests = []
    for order in orders:
        draft = order.draft
        if draft.is_reservation:
            continue
        shares = share_of_tenders(draft, order.total_minor)
        for number, (tender, amount) in enumerate(zip(draft.tenders, shares, strict=True)):
            requests.append(
                PaymentRequest(
                    id=uuid5(draft.id, f"payment {number}"),
                    company_key=order.company_key,
                    place_key=draft.place_key,
                    reference=encode("ord", draft.id),
                    tender=tender.tender,
                    amount_minor=amount,
                    currency=draft.currency,
                    token=tender.token,
                    payer=tender.payer,
                    account=tender.account,
                    return_url=tender.return_url,
                    expires_at=draft.pay_until or now + PAY_WITHIN,
                    is_told=order.state is LiveState.AWAITING_PAYMENT,
                )
            )
    if not requests:
        return
    views = start_payments(actor=SYSTEM, requests=requests, now=now)
    waiting = {encode("ord", one.draft.id) for one in orders if _is_waiting(one)}
    for view in views:
        if view.reference not in waiting and not view.is_secured:
            raise PaymentRefusedError(tender=view.tender, reason=view.reason)


def _is_waiting(order: NewOrder) -> bool:
    return order.state is LiveState.AWAITING_PAYMENT


def _live(order: NewOrder, key: int, now: datetime) -> LiveOrder:
    draft = order.draft
    day = date.fromisoformat(order.business_date)
    return LiveOrder(
        id=draft.id,
        key=key,
        company_key=order.company_key,
        place_key=draft.place_key,
        number=order_number(day, key),
        state=order.state,
        delivery=draft.delivery,
        pickup_place_key=draft.pickup_place_key,
        currency=draft.currency,
        goods_minor=order.goods_minor,
        shipping_minor=draft.shipping_minor,
        total_minor=order.total_minor,
        placed_at=now,
        business_date=day,
        pay_until=draft.pay_until,
        subject_key=draft.subject_key,
        cancel_reason=None,
        note=draft.note,
        sourcing_id=draft.id if draft.is_sourced else None,
        is_reservation=draft.is_reservation,
    )
