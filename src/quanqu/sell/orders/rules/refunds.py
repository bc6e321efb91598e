"""Read a batch of refunds, and say which may be given against what was captured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.orders.contracts import (
    REFUND_LINES_SCHEMA,
    REFUNDS_SCHEMA,
    LineKind,
    OrderBatch,
    OrderBatchError,
    RefundKind,
    RejectCode,
    RejectedRecord,
)
from quanqu.sell.orders.rules.checks import check_heads, repeated, unknown_words
from quanqu.sell.orders.rules.frames import Ints, conform, fingerprints, ints, is_null, replace
from quanqu.sell.orders.rules.money import LIMIT_MINOR, sums
from quanqu.sell.orders.rules.rejects import Rejects

_NEEDED: Final = (
    "external_id", "place_key", "company_key", "refunded_at", "business_date", "currency", "kind",
)  # fmt: skip
_DIFFERENCE: Final = "Difference to the amount given back"


@dataclass(frozen=True, slots=True)
class Refunds:
    """Refunds ready to record.

    `heads` has `pos` (0 …), `row` (its place in the batch), the columns of the refund's row and
    `hash`; `lines` has `pos` of its refund, ascending.  `rejected` names the others.
    """

    heads: pa.Table
    lines: pa.Table
    rejected: tuple[RejectedRecord, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A refund that wants money of an order.

    `before_minor` is what this refund gave back of it so far, `refunded_minor` what all did.
    """

    row: int
    order_key: int
    amount_minor: int
    before_minor: int
    captured_minor: int
    refunded_minor: int


def read_refunds(batch: OrderBatch, *, companies: Mapping[int, int]) -> Refunds:
    """Check the refunds of a batch; lines that do not make the amount get a line that does.

    Shapes: the schemas of the contracts; `companies` maps every known place to its company.
    Raises: OrderBatchError.  Source: docs/rules/orders.md#refunds.
    """
    heads = conform(batch.refunds, REFUNDS_SCHEMA, name="refunds")
    heads = replace(heads, row=pa.array(np.arange(heads.num_rows)))
    rejects = Rejects.of(heads.num_rows)
    check_heads(heads, _NEEDED, companies, rejects)
    rejects.add(unknown_words(heads["kind"], RefundKind), RejectCode.UNKNOWN_KIND)
    lines = _placed(conform(batch.refund_lines, REFUND_LINES_SCHEMA, name="refund_lines"), heads)
    lines = _checked_lines(lines, rejects)
    heads, lines = _balanced(heads, lines, rejects)
    rejected = tuple(rejects.records("refund", heads["external_id"].to_pylist()))
    good = rejects.good
    moved = pa.array(np.cumsum(good) - 1)
    lines = lines.filter(pa.array(good).take(lines["pos"]))
    lines = replace(lines, pos=moved.take(lines["pos"]))
    heads = heads.filter(pa.array(good))
    heads = replace(heads, pos=pa.array(np.arange(heads.num_rows)))
    told = lines.drop_columns(["refund_external_id", "place_key", "pos", "variant_key"])
    only_key = pc.if_else(pc.is_null(lines["sku"]), lines["variant_key"], None)
    digests = fingerprints(
        heads.drop_columns(["row", "pos"]), (replace(told, only_key=only_key), ints(lines["pos"]))
    )
    return Refunds(replace(heads, hash=digests), lines, rejected)


def admit(claims: Sequence[Claim]) -> list[int]:
    """Return the rows of the claims that exceed what their order captured, ascending.

    Claims that shrink go first, then the earlier ones; one that does not fit changes nothing.
    """
    given: dict[int, int] = {}
    refused = []
    for claim in sorted(claims, key=lambda c: (c.amount_minor > c.before_minor, c.row)):
        so_far = given.setdefault(claim.order_key, claim.refunded_minor)
        then = so_far - claim.before_minor + claim.amount_minor
        if then > claim.captured_minor:
            refused.append(claim.row)
        else:
            given[claim.order_key] = then
    return sorted(refused)


def _placed(lines: pa.Table, heads: pa.Table) -> pa.Table:
    """Sort lines by the position of their refund; the place counts where it is told."""
    by_id: dict[str | None, list[int]] = {}
    identities = zip(heads["external_id"].to_pylist(), heads["place_key"].to_pylist(), strict=True)
    exact: dict[tuple[str | None, int | None], int] = {}
    for pos, (external_id, place) in enumerate(identities):
        by_id.setdefault(external_id, []).append(pos)
        exact.setdefault((external_id, place), pos)
    at = []
    wanted = zip(
        lines["refund_external_id"].to_pylist(), lines["place_key"].to_pylist(), strict=True
    )
    for external_id, place in wanted:
        found = by_id.get(external_id, [])
        known = exact.get((external_id, place)) if place is not None else None
        if known is None and (place is not None or len(found) != 1):
            raise OrderBatchError(
                table="refund_lines",
                column="refund_external_id",
                problem=f"points to no refund, or to several: {external_id!r}",
            )
        at.append(found[0] if known is None else known)
    lines = replace(lines, pos=pa.array(at, pa.int64()))
    return lines.sort_by([("pos", "ascending"), ("line_no", "ascending")])


def _checked_lines(lines: pa.Table, rejects: Rejects) -> pa.Table:
    lines = replace(lines, kind=pc.fill_null(lines["kind"], LineKind.GOODS.value))
    at = ints(lines["pos"])
    lacking = (
        is_null(lines["line_no"]) | is_null(lines["quantity"]) | is_null(lines["amount_minor"])
    )
    large = (np.abs(ints(lines["amount_minor"])) > LIMIT_MINOR) | (
        np.abs(ints(lines["quantity"])) > LIMIT_MINOR
    )
    for where, code in (
        (lacking, RejectCode.MISSING_FIELD),
        (repeated(at, ints(lines["line_no"])), RejectCode.REPEATED_LINE),
        (unknown_words(lines["kind"], LineKind), RejectCode.UNKNOWN_KIND),
        (large, RejectCode.AMOUNT_TOO_LARGE),
    ):
        refunds = np.zeros(len(rejects.found), dtype=np.bool_)
        refunds[at[where]] = True
        rejects.add(refunds, code)
    return lines


def _balanced(heads: pa.Table, lines: pa.Table, rejects: Rejects) -> tuple[pa.Table, pa.Table]:
    length, at = heads.num_rows, ints(lines["pos"])
    has_lines = np.bincount(at, minlength=length) > 0
    of_lines = sums(ints(lines["amount_minor"]), at, length)
    is_told = ~is_null(heads["amount_minor"])
    amounts = np.where(is_told, ints(heads["amount_minor"]), of_lines)
    rejects.add(~is_told & ~has_lines, RejectCode.MISSING_FIELD, lambda row: "amount_minor")
    rejects.add(np.abs(amounts) > LIMIT_MINOR, RejectCode.AMOUNT_TOO_LARGE)
    signed = np.asarray(pc.equal(heads["kind"], RefundKind.ADJUSTMENT.value).fill_null(False))
    rejects.add(
        (amounts < 0) & ~signed, RejectCode.NEGATIVE_AMOUNT, lambda row: f"amount {amounts[row]}"
    )
    is_goods = np.asarray(pc.equal(lines["kind"], LineKind.GOODS.value))
    items = sums(ints(lines["quantity"]) * is_goods, at, length)
    heads = replace(heads, amount_minor=pa.array(amounts), item_count=pa.array(items))
    apart = np.flatnonzero(has_lines & (of_lines != amounts) & rejects.good)
    if len(apart):
        lines = _with_differences(heads, lines, apart, (amounts - of_lines)[apart])
    return heads, lines


def _with_differences(heads: pa.Table, lines: pa.Table, apart: Ints, missing: Ints) -> pa.Table:
    last = np.zeros(heads.num_rows, dtype=np.int64)
    np.maximum.at(last, ints(lines["pos"]), ints(lines["line_no"]))
    added = {
        "refund_external_id": heads["external_id"].take(pa.array(apart)),
        "line_no": pa.array(last[apart] + 1, pa.int32()),
        "name": pa.array([_DIFFERENCE] * len(apart)),
        "kind": pa.array([LineKind.ADJUSTMENT.value] * len(apart)),
        "quantity": pa.array(np.ones(len(apart), dtype=np.int64)),
        "amount_minor": pa.array(missing),
        "pos": pa.array(apart),
    }
    columns = [
        added[field.name] if field.name in added else pa.nulls(len(apart), field.type)
        for field in lines.schema
    ]
    rows = pa.table(columns, names=lines.schema.names).cast(lines.schema)
    return pa.concat_tables([lines, rows]).sort_by([("pos", "ascending"), ("line_no", "ascending")])
