"""Purchase orders: lists, one of them whole, and how what came differs from what was ordered."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import QuerySet, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment, read_number
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.supply.contracts import (
    OPEN_STATES,
    Discrepancy,
    DiscrepancyKind,
    HistoryEntry,
    OrderAct,
    PurchaseDetail,
    PurchaseFilters,
    PurchaseLine,
    PurchaseOrder,
    PurchaseSort,
    PurchaseState,
)
from quanqu.sell.supply.models import PurchaseLine as LineRow
from quanqu.sell.supply.models import PurchaseOrder as OrderRow
from quanqu.sell.supply.queries.scoping import order_row, orders_in_scope
from quanqu.sell.supply.queries.suppliers import rules_of
from quanqu.sell.supply.rules.machine import needs_second_person

__all__ = [
    "count_orders",
    "get_order",
    "line_info",
    "list_discrepancies",
    "list_orders",
    "order_info",
]

_SORTINGS: Final = {
    PurchaseSort.NEWEST: Sorting("newest", "created_at", read=read_moment),
    PurchaseSort.OLDEST: Sorting("oldest", "created_at", is_descending=False, read=read_moment),
    PurchaseSort.HIGHEST: Sorting("highest", "total_minor", read=read_number),
    PurchaseSort.LOWEST: Sorting("lowest", "total_minor", is_descending=False, read=read_number),
}
_DIFFERING: Final = """
SELECT o.id, o.number, s.name, o.place_key, l.line_no, l.variant_key, d.kind, d.units
FROM supply_purchaseline l
JOIN supply_purchaseorder o ON o.key = l.order_key
JOIN supply_supplier s ON s.key = o.supplier_key
CROSS JOIN LATERAL (VALUES
    ('short', CASE WHEN o.state = 'closed' THEN l.ordered - l.received ELSE 0 END),
    ('over', l.received - l.ordered),
    ('damaged', l.damaged),
    ('late', CASE WHEN coalesce(l.expected_on, o.expected_on) < %(today)s THEN l.waiting ELSE 0 END)
) AS d (kind, units)
WHERE d.units > 0 AND o.key = ANY(%(orders)s)
ORDER BY o.key DESC, l.line_no, d.kind
"""
_MOST_ORDERS: Final = 1_000


def list_orders(
    *,
    actor: Actor,
    filters: PurchaseFilters,
    cursor: str | None = None,
    limit: int = 50,
    sort: PurchaseSort = PurchaseSort.NEWEST,
) -> Page[PurchaseOrder]:
    """Return a page of purchase orders, newest first unless asked otherwise.

    By total (highest, lowest) their amounts are compared whatever the currency: filter by one.
    Raises: NotAllowedError, MalformedCursorError.
    """
    rows, following = _SORTINGS[sort].page(_filtered(actor, filters), cursor, limit)
    sums = _sums([row.key for row in rows])
    return Page(tuple(order_info(row, *sums.get(row.key, (0, 0))) for row in rows), following)


def count_orders(*, actor: Actor, filters: PurchaseFilters) -> int:
    """Return how many purchase orders the filters leave. Raises: NotAllowedError."""
    return _filtered(actor, filters).count()


def get_order(*, actor: Actor, order_id: str) -> PurchaseDetail:
    """Return a purchase order with its lines and history. Raises: PurchaseOrderNotFoundError."""
    row = order_row(actor, order_id)
    lines = tuple(line_info(line, row.currency) for line in row.lines.order_by("line_no"))
    received = sum(line.received for line in lines)
    return PurchaseDetail(
        order=order_info(row, sum(line.ordered for line in lines), received),
        lines=lines,
        history=tuple(
            HistoryEntry(
                at=one.at,
                actor_id=one.actor_id,
                actor_name=one.actor_name,
                act=OrderAct(one.act),
                state=PurchaseState(one.state),
                version=one.version,
                reason=one.reason,
                lines=tuple(one.lines),
            )
            for one in row.history.order_by("key")
        ),
        note=row.note,
        submitted_by=row.submitted_by,
        needs_second_person=needs_second_person(
            Money(row.total_minor, row.currency), rules_of(row.company_key)
        ),
    )


def list_discrepancies(
    *, actor: Actor, filters: PurchaseFilters, today: date
) -> tuple[Discrepancy, ...]:
    """Return how lines differ from what was ordered: short when closed, over, damaged, late.

    Of the 1,000 newest orders the filters leave.  Raises: NotAllowedError.
    """
    found = _filtered(actor, filters).exclude(state=PurchaseState.CANCELLED.value)
    keys = list(found.order_by("-key").values_list("key", flat=True)[:_MOST_ORDERS])
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"today": today, "orders": keys})
        return tuple(
            Discrepancy(encode("pur", order), number, supplier, place, line, variant,
                        DiscrepancyKind(kind), units)
            for order, number, supplier, place, line, variant, kind, units in cursor.fetchall()
        )  # fmt: skip


def order_info(row: OrderRow, ordered: int, received: int) -> PurchaseOrder:
    """Return an order's row as a contract, with the sums of its lines."""
    return PurchaseOrder(
        key=row.key,
        id=encode("pur", row.id),
        number=row.number,
        company_key=row.company_key,
        place_key=row.place_key,
        supplier_id=encode("sup", row.supplier.id),
        supplier_name=row.supplier.name,
        state=PurchaseState(row.state),
        version=row.version,
        total=Money(row.total_minor, row.currency),
        ordered=ordered,
        received=received,
        expected_on=row.expected_on,
        created_at=row.created_at,
        sent_at=row.sent_at,
        updated_at=row.updated_at,
    )


def line_info(row: LineRow, currency: str) -> PurchaseLine:
    """Return a line's row as a contract."""
    return PurchaseLine(
        line_no=row.line_no,
        variant_key=row.variant_key,
        supplier_code=row.supplier_code,
        ordered=row.ordered,
        most=row.most,
        received=row.received,
        damaged=row.damaged,
        open=row.waiting,
        unit_cost=Money(row.unit_cost_minor, currency),
        expected_on=row.expected_on,
    )


def _sums(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    found = LineRow.objects.filter(order_id__in=keys).values_list("order_id")
    summed = found.annotate(ordered=Sum("ordered"), received=Sum("received"))
    return {key: (int(ordered), int(received)) for key, ordered, received in summed}


def _filtered(actor: Actor, filters: PurchaseFilters) -> "QuerySet[OrderRow]":
    wanted = {
        "place_key__in": filters.place_keys,
        "company_key__in": filters.company_keys,
        "state__in": {state.value for state in filters.states} or None,
        "supplier__id": decode("sup", filters.supplier_id) if filters.supplier_id else None,
        "currency": filters.currency or None,
        "expected_on__gte": filters.due_from,
        "expected_on__lte": filters.due_to,
        "number__istartswith": filters.text or None,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    found = orders_in_scope(actor).filter(**told)
    if filters.overdue_on is not None:
        states = [state.value for state in OPEN_STATES]
        found = found.filter(state__in=states, expected_on__lt=filters.overdue_on)
    return found
