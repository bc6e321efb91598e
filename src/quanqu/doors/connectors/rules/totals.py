"""What the orders and refunds of a batch come to, in minor units of their currencies."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.rules.columns import flat
from quanqu.sell.orders.contracts import OrderBatch

__all__ = ["order_totals", "refund_totals"]

Ints = npt.NDArray[np.int64]


def order_totals(batch: OrderBatch) -> Ints:
    """Return each order's total: the one told, else its lines, and the tax where it is on top."""
    orders = batch.orders
    totals = np.zeros(orders.num_rows, np.int64)
    np.add.at(totals, _ints(batch.lines["record"]), _ints(batch.lines["amount_minor"]))
    on_top = pc.equal(pc.fill_null(orders["tax_included"], True), False)
    totals += _ints(orders["tax_minor"]) * np.asarray(on_top)
    return _ints(pc.coalesce(orders["total_minor"], pa.chunked_array([totals])))


def refund_totals(batch: OrderBatch) -> Ints:
    """Return each refund's amount: the one told, else what its lines come to."""
    refunds, lines = batch.refunds, batch.refund_lines
    totals = np.zeros(refunds.num_rows, np.int64)
    if lines.num_rows:
        ids = flat(refunds["external_id"])
        at = pc.index_in(flat(lines["refund_external_id"]), value_set=ids)
        known = at.is_valid().to_numpy(zero_copy_only=False)
        amounts = _ints(lines["amount_minor"])[known]
        np.add.at(totals, _ints(at.drop_null()), amounts)
    return _ints(pc.coalesce(refunds["amount_minor"], pa.chunked_array([totals])))


def _ints(column: pa.Array | pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(flat(column), 0).to_numpy(zero_copy_only=False), np.int64)
