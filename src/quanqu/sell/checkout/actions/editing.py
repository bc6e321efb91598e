"""Change an order that is placed: its goods, its address, its money, in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.ids import encode
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.checkout.actions.allowed import MANAGE, require_places, require_sources
from quanqu.sell.checkout.actions.edit_goods import NOWHERE, hold_edited
from quanqu.sell.checkout.actions.edit_money import balance_money, save_prices, start_for
from quanqu.sell.checkout.actions.keeping import Change, keep_change, told_of
from quanqu.sell.checkout.actions.locking import Mark, lock_order, parts_of
from quanqu.sell.checkout.actions.splitting import split_lines
from quanqu.sell.checkout.contracts import (
    LARGEST_MINOR,
    EditKind,
    LineDraft,
    LiveLine,
    LiveOrder,
    LiveState,
    NoPriceError,
    OrderEdit,
    OrderEditConflictError,
    OrderEditError,
    OrderItemError,
    OrderLineError,
    OrderReusedError,
    PartState,
    Step,
)
from quanqu.sell.checkout.models import Contact, Edit, Order
from quanqu.sell.checkout.ports import LineToPrice, RepriceQuestion
from quanqu.sell.checkout.queries.edits import highest_line
from quanqu.sell.checkout.queries.orders import CONTACT_PURPOSE, contact_of, lines_of, view_of
from quanqu.sell.checkout.registry import repricer
from quanqu.sell.checkout.rules.edits import check_stage, kinds_of, with_quantities

__all__ = ["edit_order", "priced_lines"]

_LARGEST_PRICE: Final = LARGEST_MINOR // 1_000_000


def edit_order(*, actor: Actor, edit: OrderEdit, now: datetime) -> LiveOrder:
    """Change an order that is placed, all of an edit or nothing.

    Its goods are held and given free, its lines priced anew, the difference paid, left due or given
    back, in one transaction; what was and what is is kept as one entry.  What is due stops its
    goods until it is paid.  Asked again under the same id, the first answer counts.
    Locks: the order, then levels, then payments.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderEditConflictError where somebody changed
    it since, OrderEditError, OrderLineError, OrderItemError, NoPriceError, NotEnoughError,
    TenderSumError, PaymentRefusedError, OrderReusedError, ForeignSourceError,
    what `start_payments` raises.
    """
    named = {one.from_place_key for one in edit.add if one.from_place_key is not None}
    named |= {one.place_key for one in edit.splits if one.place_key is not None}
    with transaction.atomic():
        row = lock_order(edit.order_id, actor=actor)
        require_places(actor, MANAGE, named | {one.place_key for one in edit.places})
        if _is_known(row, edit):
            return view_of(row)
        ref = encode("ord", row.id)
        if row.edition != edit.edition:
            raise OrderEditConflictError(ref=ref, edition=row.edition, expected=edit.edition)
        parts = parts_of(row)
        states = {one.no: PartState(one.state) for one in parts}
        check_stage(edit, LiveState(row.state), states.values(), ref=ref)
        require_sources(row.company_key, named | {one.place_key for one in edit.places}, now.date())
        lines = lines_of([row.key])[row.key]
        before = told_of(row, lines)
        if EditKind.GOODS in kinds_of(edit):
            kept = with_quantities(edit, lines, states, ref=ref)
            first = highest_line(row.key, lines) + 1
            kept = split_lines(row, kept, edit, states, first_line=first, now=now)
            wanted = priced_lines(row, kept, edit.add, first=first + len(edit.splits))
            if _goods(wanted) != _goods(lines):
                hold_edited(row, parts, lines, wanted, edit_id=edit.id, now=now)
            save_prices(row, lines, wanted)
            _settle_money(row, wanted, edit, now)
        fields, sealed = _reworded(row, edit)
        told = ", ".join(sorted(one.value for one in kinds_of(edit)))
        keep_change(
            row,
            Change(edit.id, _print(edit), before, edit.reason, fields, sealed),
            Step.EDIT,
            Mark(actor.id, now, edit.reason or told),
        )
        return view_of(row)


def _is_known(row: Order, edit: OrderEdit) -> bool:
    known = Edit.objects.filter(id=edit.id).first()
    if known is None:
        return False
    if (known.order_key, bytes(known.fingerprint)) != (row.key, _print(edit)):
        raise OrderReusedError(ref=str(edit.id))
    return True


def _print(edit: OrderEdit) -> bytes:
    told: tuple[object, ...]
    told = (edit.edition, edit.add, sorted(edit.quantities.items()), edit.places,
            sorted(edit.contact.items()), edit.gift_message, edit.hides_prices,
            edit.shipping_minor, edit.tenders)  # fmt: skip
    if edit.splits or edit.joins:
        told = (*told, edit.splits, edit.joins)
    return hashlib.sha256(repr(told).encode()).digest()


def _goods(lines: Sequence[LiveLine]) -> list[tuple[int, int, int, int]]:
    return sorted((one.line_no, one.quantity, one.from_place_key, one.drop_no) for one in lines)


def priced_lines(
    row: Order, kept: Sequence[LiveLine], add: Sequence[LineDraft] = (), *, first: int = 1
) -> list[LiveLine]:
    """Return the lines of a locked order as they are to be, priced; added ones have numbers from
    `first`.

    Raises: OrderItemError, NoPriceError, OrderLineError.
    """
    offers = offers_at(
        place_key=row.place_key,
        company_key=row.company_key,
        variant_keys={one.variant_key for one in kept} | {one.variant_key for one in add},
    )
    for number, one in enumerate(add, 1):
        if one.variant_key not in offers:
            raise OrderItemError(line=number, ref=one.variant_key, place=row.place_key)
    added = [
        LiveLine(
            line_no=number,
            variant_key=one.variant_key,
            sku=offers[one.variant_key].sku,
            name=offers[one.variant_key].name,
            quantity=one.quantity,
            unit_price_minor=0,
            amount_minor=0,
            from_place_key=one.from_place_key or NOWHERE,
            part_no=0,
        )
        for number, one in enumerate(add, first)
    ]
    agreed = [one.unit_price_minor for one in kept] + [one.unit_price_minor for one in add]
    lines = [*kept, *added]
    question = RepriceQuestion(
        order_id=row.id,
        company_key=row.company_key,
        place_key=row.place_key,
        currency=row.currency,
        subject_key=row.subject_key,
        lines=tuple(
            LineToPrice(
                one.variant_key,
                one.quantity,
                price,
                offer.price_minor
                if (offer := offers.get(one.variant_key)) and offer.currency == row.currency
                else None,
            )
            for one, price in zip(lines, agreed, strict=True)
        ),
    )
    prices = repricer().reprice(question=question)
    return [_with_price(row, one, price) for one, price in zip(lines, prices, strict=True)]


def _with_price(row: Order, line: LiveLine, price: int | None) -> LiveLine:
    if price is None:
        raise NoPriceError(line=line.line_no, sku=line.sku, currency=row.currency)
    if not 0 <= price <= _LARGEST_PRICE:
        raise OrderLineError(line=line.line_no, problem="the price is negative or too large")
    return replace(line, unit_price_minor=price, amount_minor=price * line.quantity)


def _settle_money(row: Order, wanted: Sequence[LiveLine], edit: OrderEdit, now: datetime) -> None:
    """Write what the order comes to now, and let its money follow."""
    row.goods_minor = sum(one.amount_minor for one in wanted)
    if edit.shipping_minor is not None:
        row.shipping_minor = edit.shipping_minor
    row.total_minor = row.goods_minor + row.shipping_minor
    if row.total_minor > LARGEST_MINOR:
        raise OrderLineError(line=0, problem="the order comes to too much")
    balance_money(row, edit.id, now)
    if not edit.tenders:
        return
    if not row.due_minor:
        raise OrderEditError(ref=encode("ord", row.id), problem="there is nothing more to pay")
    start_for(row, edit.id, edit.tenders, row.due_minor, now)
    balance_money(row, edit.id, now)


def _reworded(row: Order, edit: OrderEdit) -> tuple[list[str], bytes | None]:
    """Change the words of contact and gift; return which, and both states of them, sealed."""
    was = contact_of(row.key)
    told = dict(edit.contact)
    if edit.gift_message is not None:
        told["gift_message"] = edit.gift_message
    if edit.hides_prices is not None:
        told["hides_prices"] = "yes" if edit.hides_prices else ""
    fields = sorted(name for name, text in told.items() if was.get(name, "") != text)
    if not fields:
        return [], None
    now = {name: text for name, text in (was | told).items() if text}
    Contact.objects.update_or_create(order_key=row.key, defaults={"sealed": _sealed(now)})
    both = [{name: one.get(name, "") for name in fields} for one in (was, now)]
    return fields, _sealed({"before": both[0], "after": both[1]})


def _sealed(told: Mapping[str, Any]) -> bytes:
    return encrypt(json.dumps(told, ensure_ascii=False), purpose=CONTACT_PURPOSE)
