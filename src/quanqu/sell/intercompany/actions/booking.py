"""Write what went between companies, each line once, with both sides of its price."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from quanqu.sell.intercompany.contracts import MovementKind, Priced
from quanqu.sell.intercompany.models import Entry, Movement
from quanqu.sell.intercompany.queries.rules import rules_of_pairs, versioned
from quanqu.sell.intercompany.rules.pricing import price

__all__ = ["book", "lock_pairs", "movement", "price_movements", "set_price", "write_entries"]

_LOCK_CLASS: Final = 0x696E7463  # "intc"


def lock_pairs(pairs: Iterable[tuple[int, int]]) -> None:
    """Make rules and movements of pairs of companies wait for the end of this transaction."""
    with connection.cursor() as cursor:
        for pair in sorted(set(pairs)):
            name = (pair[0] * 65_537 + pair[1]) % 2**31
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, name])


def price_movements(rows: Sequence[Movement]) -> None:
    """Set what movements cost by the rules of their days, or why they have no price."""
    rules = rules_of_pairs({(one.from_company_key, one.to_company_key) for one in rows})
    for row in rows:
        if row.amount_minor is not None:
            continue
        found = versioned(rules[row.from_company_key, row.to_company_key], row.on)
        told = price(
            found[1] if found else None, sku=row.sku, quantity=row.quantity,
            sales_minor=row.sales_minor, currency=row.currency,
        )  # fmt: skip
        set_price(row, told, found[0] if found else None)


def set_price(row: Movement, told: Priced, version: int | None) -> None:
    """Set a price on a movement that is not written yet, or has none."""
    row.amount_minor = told.amount_minor
    row.unpriced = told.unpriced.value if told.unpriced else ""
    row.rule_version = version if told.amount_minor is not None else None


def book(rows: Sequence[Movement]) -> int:
    """Write movements that are not there yet, with the entries of those that have a price.

    Returns how many were new.  Two who write the same line at once write it once.
    """
    if not rows:
        return 0
    by_kind: dict[str, set[object]] = defaultdict(set)
    for row in rows:
        by_kind[row.kind].add(row.source_id)
    lock_pairs((one.from_company_key, one.to_company_key) for one in rows)
    known = {
        (kind, source, line)
        for kind, sources in by_kind.items()
        for source, line in Movement.objects.filter(kind=kind, source_id__in=list(sources))
        .values_list("source_id", "line_no")
    }  # fmt: skip
    fresh = [one for one in rows if (one.kind, one.source_id, one.line_no) not in known]
    Movement.objects.bulk_create(fresh)
    write_entries(fresh)
    return len(fresh)


def write_entries(rows: Sequence[Movement]) -> None:
    """Write both sides of movements that have a price."""
    Entry.objects.bulk_create(
        [
            Entry(
                movement=row, company_key=company, other_key=other, currency=row.currency,
                amount_minor=amount, on=row.on,
            )
            for row in rows
            if row.amount_minor is not None
            for company, other, amount in (
                (row.from_company_key, row.to_company_key, row.amount_minor),
                (row.to_company_key, row.from_company_key, -row.amount_minor),
            )
        ]
    )  # fmt: skip


def movement(kind: MovementKind, now: datetime, actor_id: str, **fields: object) -> Movement:
    """Return a movement that is not written yet."""
    return Movement(kind=kind.value, at=now, actor=actor_id, **fields)
