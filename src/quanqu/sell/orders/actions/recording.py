"""Record a batch of orders and refunds."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from quanqu.know.org.facade import places_by_key
from quanqu.sell.orders.actions.details import (
    keys_by_position,
    with_variants,
    write_addresses,
    write_history,
    write_lines,
    write_payments,
)
from quanqu.sell.orders.actions.giving_back import (
    WrittenRefund,
    link_late_refunds,
    refuse_claims,
    write_refund_lines,
    write_refunds,
)
from quanqu.sell.orders.actions.heads import WrittenHeads, WrittenOrder, write_heads
from quanqu.sell.orders.actions.staging import (
    lock_orders,
    stage_orders,
    stage_refunds,
    without,
)
from quanqu.sell.orders.actions.telling import Recorded, tell
from quanqu.sell.orders.contracts import (
    OrderBatch,
    RecordOutcome,
    RejectCode,
    RejectedRecord,
)
from quanqu.sell.orders.rules import Orders, Refunds, read_orders, read_refunds


@transaction.atomic
def record_orders(*, batch: OrderBatch, source: str, now: datetime) -> RecordOutcome:
    """Record what channels say of orders and refunds; the same batch again changes nothing.

    Shapes: the schemas of OrderBatch, upserted by (place_key, external_id); changed content takes
    the old one's place and is noted in the history.  Units: minor units, prices in 1/10,000.
    Orders whose lines do not make their total, and refunds beyond what was captured, are rejected
    with a reason, the others recorded.  A refund may come before its order and is linked then.
    Locks: catalogues, then orders, then refunds, each in one order; concurrent calls are safe.
    Emits: OrdersRecorded, and Order Completed / Cancelled / Refunded on the timeline.
    Raises: OrderBatchError.  Source: docs/rules/orders.md.
    """
    companies = _companies(batch)
    orders = read_orders(batch, companies=companies)
    refunds = read_refunds(batch, companies=companies)
    known = stage_orders(orders.heads)
    known_refunds = stage_refunds(refunds.heads)
    lines = without(orders.lines, known)
    lines = with_variants(lines, _take(orders.heads, "company_key", lines), source=source, now=now)
    refund_lines = without(refunds.lines, known_refunds)
    refund_lines = with_variants(
        refund_lines, _take(refunds.heads, "company_key", refund_lines), source=source, now=now
    )
    lock_orders()
    written = _write_orders(orders, lines, known, source=source, now=now)
    late = link_late_refunds() if written.orders else []
    refused = refuse_claims()
    given = write_refunds(source=source, now=now)
    write_refund_lines(refund_lines, given, refunds.heads.num_rows)
    tell(
        Recorded(orders.heads, lines, written.orders, refunds.heads, given, late),
        source=source,
        now=now,
    )
    return _outcome(orders, written, refunds, given, refused)


def _companies(batch: OrderBatch) -> dict[int, int]:
    named = [
        table["place_key"].cast(pa.int32())
        for table in (batch.orders, batch.refunds)
        if "place_key" in table.column_names
    ]
    keys = {key for column in named for key in pc.unique(column).to_pylist() if key is not None}
    return {key: place.company_key for key, place in places_by_key(keys=keys).items()}


def _take(heads: pa.Table, name: str, rows: pa.Table) -> pa.ChunkedArray:
    return heads[name].take(rows["pos"])


def _write_orders(
    orders: Orders, lines: pa.Table, known: frozenset[int], *, source: str, now: datetime
) -> WrittenHeads:
    length = orders.heads.num_rows
    expected = frozenset(range(length)) - known
    if not expected:
        return WrittenHeads((), frozenset(), ())
    written = write_heads(expected=expected, source=source, now=now)
    keys = keys_by_position(written.orders, length)
    changed = [order.key for order in written.orders if not order.is_new]
    absent = known | written.unchanged | {pos for pos, _ in written.refused}
    write_lines(without(lines, absent), keys, changed)
    write_payments(without(orders.payments, absent), keys, changed)
    write_addresses(without(orders.addresses, absent), keys)
    write_history(written.orders, source=source, now=now)
    return written


def _outcome(
    orders: Orders,
    written: WrittenHeads,
    refunds: Refunds,
    given: tuple[WrittenRefund, ...],
    refused: list[tuple[int, RejectCode]],
) -> RecordOutcome:
    created, updated = _counted(written.orders)
    refunds_created, refunds_updated = _counted(given)
    rejected = [*orders.rejected, *refunds.rejected]
    rejected += [
        _rejected("order", orders.heads, pos, RejectCode.CAPTURES_BELOW_REFUNDS, detail)
        for pos, detail in written.refused
    ]
    rejected += [_rejected("refund", refunds.heads, pos, code) for pos, code in refused]
    return RecordOutcome(
        created=created,
        updated=updated,
        unchanged=orders.heads.num_rows - len(written.orders) - len(written.refused),
        refunds_created=refunds_created,
        refunds_updated=refunds_updated,
        refunds_unchanged=refunds.heads.num_rows - len(given) - len(refused),
        rejected=tuple(rejected),
    )


def _counted(written: tuple[WrittenOrder, ...] | tuple[WrittenRefund, ...]) -> tuple[int, int]:
    created = sum(row.is_new for row in written)
    return created, len(written) - created


def _rejected(
    entity: str, heads: pa.Table, pos: int, code: RejectCode, detail: str = ""
) -> RejectedRecord:
    row, external_id = heads["row"][pos].as_py(), heads["external_id"][pos].as_py()
    return RejectedRecord(entity, row, external_id, code, detail)
