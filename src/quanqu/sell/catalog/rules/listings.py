"""Read a batch of listings: text folded, bad rows named."""

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.catalog.contracts import LISTING_SCHEMA, ListingStatus, RowProblem
from quanqu.sell.catalog.rules.frames import conform, fold_text

_STATUSES = frozenset(status.value for status in ListingStatus)
_CURRENCY = re.compile(r"[A-Z]{3}")
_TEXTS = ("external_id", "title", "description", "currency", "url", "status")


@dataclass(frozen=True, slots=True)
class Listings:
    """A batch ready to record: `rows` with `row`, its place in the batch; bad rows apart."""

    rows: pa.Table
    problems: tuple[tuple[int, RowProblem], ...]


def read_listings(listings: pa.Table) -> Listings:
    """Fold text and check rows.

    Shapes: LISTING_SCHEMA.  A null status is active; the last row of a repeated id wins.
    """
    table = conform(listings, LISTING_SCHEMA)
    for name in _TEXTS:
        table = table.set_column(table.column_names.index(name), name, fold_text(table[name]))
    table = table.set_column(
        table.column_names.index("status"),
        "status",
        pc.fill_null(table["status"], ListingStatus.ACTIVE.value),
    )
    table = table.append_column("row", pa.array(range(table.num_rows), pa.int32()))
    rows = table.to_pylist()
    last = {(row["place_key"], row["external_id"]): at for at, row in enumerate(rows)}
    problems = [
        (at, problem)
        for at, row in enumerate(rows)
        if (problem := _problem(row, last[row["place_key"], row["external_id"]] == at))
    ]
    bad = pa.array([at for at, _ in problems], pa.int32())
    good = table.filter(pc.invert(pc.is_in(table["row"], value_set=bad)))
    return Listings(good, tuple(problems))


def _problem(row: dict[str, object], is_last: bool) -> RowProblem | None:
    if row["external_id"] is None or row["place_key"] is None:
        return RowProblem.MISSING_EXTERNAL_ID
    if row["variant_key"] is None:
        return RowProblem.UNKNOWN_VARIANT
    if not is_last:
        return RowProblem.DUPLICATE_IN_BATCH
    if row["status"] not in _STATUSES:
        return RowProblem.UNKNOWN_STATUS
    price = row["price_minor"]
    if price is None:
        return None
    if not _CURRENCY.fullmatch(str(row["currency"])):
        return RowProblem.UNKNOWN_CURRENCY
    return RowProblem.NEGATIVE_PRICE if int(str(price)) < 0 else None
