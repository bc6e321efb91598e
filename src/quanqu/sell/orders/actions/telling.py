"""Tell the other rooms, in the same transaction, what was recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.facade import mark_dirty
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import encode
from quanqu.know.customers.facade import record_presence
from quanqu.know.timeline.contracts import SourceDraft
from quanqu.know.timeline.facade import accept_events, ensure_source
from quanqu.sell.orders.actions.giving_back import WrittenRefund
from quanqu.sell.orders.actions.heads import WrittenOrder
from quanqu.sell.orders.actions.statements import rows
from quanqu.sell.orders.contracts import (
    GIVEN_BACK,
    NOT_SOLD,
    OrdersRecorded,
    OrderStatus,
)
from quanqu.sell.orders.rules import (
    CANCELLED,
    COMPLETED,
    part_of,
    tell_orders,
    tell_refunds,
)

ORDER_TABLES: Final = ("fact_order", "fact_order_line", "fact_payment")
REFUND_TABLES: Final = ("fact_refund", "fact_refund_line")
EVENT_SOURCE: Final = "orders"

_KEYS_AN_EVENT: Final = 5_000
_ORDER_IDS: Final = "SELECT key, id FROM orders_order WHERE key = ANY(%(keys)s)"
_REFUNDS: Final = """
SELECT key, subject_key, company_key, business_date FROM orders_refund WHERE key = ANY(%(keys)s)
"""
_AREA_OF_ORDERS: Final = """
SELECT DISTINCT company_key, date_trunc('month', business_date)::date
FROM orders_refund
WHERE order_key = ANY(%(orders)s) AND country = '' AND region = '' AND city = ''
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch wrote: rows with their positions, and refunds linked late."""

    heads: pa.Table
    lines: pa.Table
    orders: tuple[WrittenOrder, ...]
    refund_heads: pa.Table
    refunds: tuple[WrittenRefund, ...]
    late_refunds: Sequence[int]

    @property
    def is_empty(self) -> bool:
        """True when nothing changed."""
        return not self.orders and not self.refunds


def tell(recorded: Recorded, *, source: str, now: datetime) -> None:
    """Mark what the lake must read again, note presence, tell the timeline, emit the event."""
    if recorded.is_empty:
        return
    heads = _chosen(recorded.heads, [order.pos for order in recorded.orders])
    refund_heads = _chosen(recorded.refund_heads, [refund.pos for refund in recorded.refunds])
    _mark(heads, refund_heads, recorded)
    record_presence(pairs=_presence(heads, refund_heads))
    _tell_timeline(heads, refund_heads, recorded, now=now)
    _emit(recorded, _distinct(heads, refund_heads, "place_key"), source=source, now=now)


def _mark(heads: pa.Table, refund_heads: pa.Table, recorded: Recorded) -> None:
    orders = _parts(heads) | _former_parts(order.before for order in recorded.orders)
    refunds = _parts(refund_heads) | _former_parts(refund.before for refund in recorded.refunds)
    if recorded.late_refunds:
        late = rows(_REFUNDS, {"keys": list(recorded.late_refunds)})
        refunds |= {part_of(company, day) for _, _, company, day in late}
    for publication in ORDER_TABLES:
        mark_dirty(publication=publication, partitions=orders)
    for publication in REFUND_TABLES:
        mark_dirty(publication=publication, partitions=refunds)
    updated = [order.key for order in recorded.orders if not order.is_new]
    if updated:
        moved = {part_of(*found) for found in rows(_AREA_OF_ORDERS, {"orders": updated})}
        mark_dirty(publication="fact_refund", partitions=moved - refunds)


def _parts(heads: pa.Table) -> set[str]:
    distinct = heads.select(["company_key", "business_date"]).group_by(
        ["company_key", "business_date"]
    )
    return {
        part_of(row["company_key"], row["business_date"])
        for row in distinct.aggregate([]).to_pylist()
    }


def _former_parts(befores: Iterable[dict[str, Any] | None]) -> set[str]:
    return {
        part_of(before["company_key"], date.fromisoformat(before["business_date"]))
        for before in befores
        if before
    }


def _presence(heads: pa.Table, refund_heads: pa.Table) -> pa.Table:
    columns = ["subject_key", "place_key"]
    return pa.concat_tables([heads.select(columns), refund_heads.select(columns)])


def _tell_timeline(
    heads: pa.Table, refund_heads: pa.Table, recorded: Recorded, *, now: datetime
) -> None:
    ids = [encode("ord", UUID(order.id)) for order in recorded.orders]
    statuses = heads["status"].to_pylist()
    sold, cancelled = [], []
    for at, (order, status) in enumerate(zip(recorded.orders, statuses, strict=True)):
        was = order.before["status"] if order.before else None
        if status == OrderStatus.CANCELLED and was != status:
            cancelled.append(at)
        elif status not in NOT_SOLD and (was is None or was in NOT_SOLD):
            sold.append(at)
    events = [
        tell_orders(name, _chosen(heads, found), [ids[at] for at in found], recorded.lines)
        for name, found in ((COMPLETED, sold), (CANCELLED, cancelled))
    ]
    events.append(_refund_events(refund_heads, recorded.refunds))
    told = b"\n".join(event for event in events if event)
    if told:
        draft = SourceDraft(name="Orders", code=EVENT_SOURCE)
        ensure_source(draft=draft, now=now)
        accept_events(source_code=EVENT_SOURCE, events=told, now=now)


def _refund_events(heads: pa.Table, refunds: Sequence[WrittenRefund]) -> bytes:
    kinds = heads["kind"].to_pylist()
    new = [at for at, refund in enumerate(refunds) if refund.is_new and kinds[at] in GIVEN_BACK]
    keys = sorted({key for at in new if (key := refunds[at].order_key) is not None})
    order_ids = {key: encode("ord", id_) for key, id_ in rows(_ORDER_IDS, {"keys": keys})}
    subjects = {row[0]: row[1] for row in rows(_REFUNDS, {"keys": [r.key for r in refunds]})}
    linked = pa.array([subjects[refunds[at].key] for at in new], pa.int64())
    chosen = _chosen(heads, new)
    chosen = chosen.set_column(chosen.column_names.index("subject_key"), "subject_key", linked)
    return tell_refunds(
        chosen,
        [encode("ref", UUID(refunds[at].id)) for at in new],
        [order_ids.get(refunds[at].order_key or 0, "") for at in new],
    )


def _chosen(table: pa.Table, rows: Sequence[int]) -> pa.Table:
    return table.take(pa.array(rows, pa.int64()))


def _distinct(heads: pa.Table, refund_heads: pa.Table, name: str) -> list[int]:
    both = pa.concat_tables([heads.select([name]), refund_heads.select([name])])
    return sorted(pc.unique(both[name]).to_pylist())


def _emit(recorded: Recorded, places: list[int], *, source: str, now: datetime) -> None:
    created = [order.key for order in recorded.orders if order.is_new]
    updated = [order.key for order in recorded.orders if not order.is_new]
    refunds = [refund.key for refund in recorded.refunds]
    longest = max(len(created), len(updated), len(refunds))
    for at in range(0, longest, _KEYS_AN_EVENT):
        part = slice(at, at + _KEYS_AN_EVENT)
        event = OrdersRecorded(
            source=source,
            created_order_keys=created[part],
            updated_order_keys=updated[part],
            refund_keys=refunds[part],
            place_keys=places,
        )
        emit(event, now=now)
