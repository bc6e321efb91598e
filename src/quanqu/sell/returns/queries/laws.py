"""What breaks the laws of returns: where ledger, stock, payments and claims differ."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.inventory.facade import moved_by_refs
from quanqu.sell.payments.facade import get_payments, open_refunds

__all__ = ["claims_unlike_the_returns", "money_unlike_the_ledger", "stock_unlike_the_ledger"]

_AT_ONCE: Final = 2_000
_CLAIMS: Final = """
SELECT s.order_id, l.line_no, l.claimed, l.settled, coalesce(r.claimed, 0), coalesce(r.settled, 0)
FROM returns_sale_line l JOIN returns_sale s ON s.key = l.sale_key
LEFT JOIN (
    SELECT b.sale_key, n.line_no,
        sum(CASE WHEN b.state = 'settled' THEN
                CASE WHEN b.keeps_goods THEN n.quantity ELSE n.accepted END
            ELSE coalesce(n.received, n.quantity) END) AS claimed,
        sum(CASE WHEN b.state = 'settled' THEN
                CASE WHEN b.keeps_goods THEN n.quantity ELSE n.accepted END
            ELSE 0 END) AS settled
    FROM returns_return b JOIN returns_line n ON n.return_key = b.key
    WHERE b.state NOT IN ('refused', 'cancelled') GROUP BY b.sale_key, n.line_no
) r ON r.sale_key = l.sale_key AND r.line_no = l.line_no
WHERE (l.claimed, l.settled) <> (coalesce(r.claimed, 0), coalesce(r.settled, 0)) LIMIT 100
"""
_MONEY: Final = """
SELECT b.id, b.refund_minor, b.credit_used_minor, coalesce(e.back, 0), coalesce(e.used, 0)
FROM returns_return b LEFT JOIN (
    SELECT return_key,
        sum(amount_minor) FILTER (WHERE kind IN ('refund', 'credit')) AS back,
        sum(CASE WHEN kind = 'credit_back' THEN -amount_minor ELSE amount_minor END)
            FILTER (WHERE kind IN ('credit_used', 'credit_back', 'credit_paid')) AS used
    FROM returns_entry GROUP BY return_key
) e ON e.return_key = b.key
WHERE (CASE WHEN b.state = 'settled' THEN b.refund_minor ELSE 0 END, b.credit_used_minor)
    <> (coalesce(e.back, 0), coalesce(e.used, 0)) LIMIT 100
"""
_SALES: Final = """
SELECT s.order_id, s.refunded_minor, coalesce(sum(b.refund_minor), 0)
FROM returns_sale s
LEFT JOIN returns_return b ON b.sale_key = s.key AND b.state = 'settled'
GROUP BY s.key HAVING s.refunded_minor <> coalesce(sum(b.refund_minor), 0) LIMIT 100
"""
_ASKED: Final = """
SELECT b.order_id, sum(e.amount_minor) FROM returns_entry e
JOIN returns_return b ON b.key = e.return_key
WHERE e.kind IN ('refund', 'credit_paid') AND e.payment_id IS NOT NULL
GROUP BY b.order_id
"""
_GOODS: Final = """
SELECT b.key, b.id, e.variant_key, e.state, sum(e.quantity) FROM returns_return b
JOIN returns_entry e ON e.return_key = b.key AND e.kind = 'goods' AND e.variant_key IS NOT NULL
WHERE b.key > %s AND b.key <= %s GROUP BY b.key, b.id, e.variant_key, e.state
"""


def claims_unlike_the_returns() -> Sequence[str]:
    """Lines of orders whose claimed or settled units are not those of their returns."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS)
        return [
            f"{encode('ord', order)} line {line}: {claimed} claimed, {settled} settled; "
            f"returns say {all_claimed}, {all_settled}"
            for order, line, claimed, settled, all_claimed, all_settled in cursor.fetchall()
        ]


def money_unlike_the_ledger() -> Sequence[str]:
    """Returns whose money is not what their ledger says, and payments that gave back less."""
    with connection.cursor() as cursor:
        cursor.execute(_MONEY)
        broken = [
            f"{encode('ret', one)}: refund {refund}, credit used {used}; its ledger says {back}, "
            f"{spent}"
            for one, refund, used, back, spent in cursor.fetchall()
        ]
        cursor.execute(_SALES)
        broken += [
            f"{encode('ord', order)}: {told} refunded; its returns say {summed}"
            for order, told, summed in cursor.fetchall()
        ]
        cursor.execute(_ASKED)
        asked = cursor.fetchall()
    for at in range(0, len(asked), _AT_ONCE):
        broken += _short_payments(asked[at : at + _AT_ONCE])
    return broken


def stock_unlike_the_ledger() -> Sequence[str]:
    """Returns whose goods moved otherwise in stock than in their ledger."""
    broken, after = [], 0
    while part := _goods_after(after):
        refs = {encode("ret", row[1]) for row in part}
        moved = moved_by_refs(refs=refs)
        told: dict[str, dict[tuple[int, str], int]] = {}
        for _, one, variant, state, count in part:
            told.setdefault(encode("ret", one), {})[variant, state] = int(count)
        for ref in sorted(refs):
            stock = {at: count for at, count in moved.get(ref, {}).items() if count}
            ledger = {at: count for at, count in told[ref].items() if count}
            if stock != ledger:
                broken.append(f"{ref}: ledger {ledger}, stock {stock}")
        after += _AT_ONCE
    return broken


def _goods_after(after: int) -> list[tuple[int, UUID, int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(key), 0) FROM returns_return")
        (last,) = cursor.fetchone() or (0,)
        while after < last:
            cursor.execute(_GOODS, [after, after + _AT_ONCE])
            if found := cursor.fetchall():
                return found
            after += _AT_ONCE
    return []


def _short_payments(asked: Sequence[tuple[UUID, int]]) -> list[str]:
    """Orders whose payments gave back less than returns asked of them; what providers refused is
    owed until somebody decides it."""
    names = {order: encode("ord", order) for order, _ in asked}
    payments = get_payments(actor=SYSTEM, references=list(names.values()))
    owed = open_refunds(references=list(names.values()))
    given = {
        order: sum(one.refunded_minor + one.refunding_minor for one in payments[name])
        + owed.get(name, 0)
        for order, name in names.items()
    }
    return [
        f"{names[order]}: returns gave {amount} back, its payments {given[order]}"
        for order, amount in asked
        if given[order] < amount
    ]
