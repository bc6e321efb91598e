"""Write new live orders with their lines, first steps and contacts, as one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from quanqu.infra.db.facade import number_array, run_prepared, text_array
from quanqu.sell.checkout.contracts import LiveState, OrderDraft
from quanqu.sell.checkout.rules.parts import NewPart
from quanqu.sell.checkout.rules.totals import PricedLine

__all__ = ["NewOrder", "write_orders"]

_WRITTEN: Final = """
WITH placed AS (
    INSERT INTO checkout_order (placed_at, changed_at, id, place_key, company_key, state, delivery,
        pickup_place_key, currency, goods_minor, shipping_minor, total_minor, business_date,
        pay_until, sourcing_id, subject_key, note, fingerprint, is_reservation)
    SELECT %s, %s, t.* FROM unnest((SELECT %s::uuid[]), (SELECT %s::int[]), (SELECT %s::int[]),
        (SELECT %s::text[]), (SELECT %s::text[]), (SELECT %s::int[]), (SELECT %s::text[]),
        (SELECT %s::bigint[]), (SELECT %s::bigint[]), (SELECT %s::bigint[]), (SELECT %s::date[]),
        (SELECT %s::timestamptz[]), (SELECT %s::uuid[]), (SELECT %s::bigint[]),
        (SELECT %s::text[]), (SELECT %s::bytea[]), (SELECT %s::bool[])) AS t
    RETURNING key, id, state
), lines AS (
    INSERT INTO checkout_line (order_key, line_no, variant_key, sku, name, quantity,
        unit_price_minor, amount_minor, from_place_key, part_no)
    SELECT p.key, t.line_no, t.variant_key, t.sku, t.name, t.quantity, t.price,
        t.quantity * t.price, t.from_place, t.part
    FROM unnest((SELECT %s::uuid[]), (SELECT %s::int[]), (SELECT %s::bigint[]),
        (SELECT %s::text[]), (SELECT %s::text[]), (SELECT %s::bigint[]), (SELECT %s::bigint[]),
        (SELECT %s::int[]), (SELECT %s::smallint[]))
        AS t(order_id, line_no, variant_key, sku, name, quantity, price, from_place, part)
    JOIN placed p ON p.id = t.order_id
), parts AS (
    INSERT INTO checkout_part (order_key, no, place_key, hold_id, state, changed_at)
    SELECT p.key, t.no, t.place, t.hold_id, 'waiting', %s
    FROM unnest((SELECT %s::uuid[]), (SELECT %s::smallint[]), (SELECT %s::int[]),
        (SELECT %s::uuid[])) AS t(order_id, no, place, hold_id)
    JOIN placed p ON p.id = t.order_id
), steps AS (
    INSERT INTO checkout_step (order_key, at, actor, step, state)
    SELECT p.key, %s, t.actor, 'place', p.state
    FROM unnest((SELECT %s::uuid[]), (SELECT %s::text[])) AS t(order_id, actor)
    JOIN placed p ON p.id = t.order_id
), contacts AS (
    INSERT INTO checkout_contact (order_key, sealed)
    SELECT p.key, t.sealed FROM unnest((SELECT %s::uuid[]), (SELECT %s::bytea[]))
        AS t(order_id, sealed) JOIN placed p ON p.id = t.order_id
)
SELECT id, key FROM placed
"""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that is about to be: its draft with prices, totals, and how it begins.

    `part_of`: for each line the place in `parts` of its part; empty until that is known.
    """

    draft: OrderDraft
    actor_id: str
    company_key: int
    business_date: str
    lines: tuple[PricedLine, ...]
    parts: tuple[NewPart, ...]
    part_of: tuple[int, ...]
    goods_minor: int
    state: LiveState
    fingerprint: bytes
    sealed: bytes | None
    channel: str = ""

    @property
    def total_minor(self) -> int:
        """Goods and shipping."""
        return self.goods_minor + self.draft.shipping_minor


def write_orders(orders: Sequence[NewOrder], *, now: datetime) -> dict[UUID, int]:
    """Write orders that are not there yet; return their keys by id."""
    drafts = [one.draft for one in orders]
    heads: list[Any] = [
        number_array(one.id for one in drafts),
        number_array(one.place_key for one in drafts),
        number_array(one.company_key for one in orders),
        number_array(one.state.value for one in orders),
        number_array(one.delivery.value for one in drafts),
        number_array(_or_null(one.pickup_place_key) for one in drafts),
        number_array(one.currency for one in drafts),
        number_array(one.goods_minor for one in orders),
        number_array(one.shipping_minor for one in drafts),
        number_array(one.total_minor for one in orders),
        number_array(one.business_date for one in orders),
        number_array(one.pay_until.isoformat() if one.pay_until else "NULL" for one in drafts),
        number_array(one.id if one.is_sourced else "NULL" for one in drafts),
        number_array(_or_null(one.subject_key) for one in drafts),
        text_array(one.note for one in drafts),
        text_array(_bytes(one.fingerprint) for one in orders),
        number_array(one.is_reservation for one in drafts),
    ]
    rows = [
        (one.draft.id, number, one.parts[at], line)
        for one in orders
        for number, (at, line) in enumerate(zip(one.part_of, one.lines, strict=True), 1)
    ]
    lines: list[Any] = [
        number_array(order_id for order_id, *_ in rows),
        number_array(number for _, number, *_ in rows),
        number_array(line.draft.variant_key for *_, line in rows),
        text_array(line.sku for *_, line in rows),
        text_array(line.name for *_, line in rows),
        number_array(line.draft.quantity for *_, line in rows),
        number_array(line.unit_price_minor for *_, line in rows),
        number_array(part.place_key for _, _, part, _ in rows),
        number_array(part.no for _, _, part, _ in rows),
    ]
    split = [(one.draft.id, part) for one in orders for part in one.parts]
    parts: list[Any] = [
        now,
        number_array(order_id for order_id, _ in split),
        number_array(part.no for _, part in split),
        number_array(part.place_key for _, part in split),
        number_array(part.hold_id for _, part in split),
    ]
    steps = [now, heads[0], text_array(one.actor_id for one in orders)]
    known = [(one.draft.id, one.sealed) for one in orders if one.sealed is not None]
    contacts = [
        number_array(order_id for order_id, _ in known),
        text_array(_bytes(sealed) for _, sealed in known),
    ]
    return dict(run_prepared(_WRITTEN, [now, now, *heads, *lines, *parts, *steps, *contacts]))


def _or_null(value: int | None) -> object:
    return "NULL" if value is None else value


def _bytes(value: bytes) -> str:
    return f"\\x{value.hex()}"
