"""Rows put in order and cut to the number asked for."""

from collections.abc import Sequence
from typing import Final

from quanqu.learn.metrics.contracts import MetricRow

_WIDEST: Final = 20


def by_key(row: MetricRow) -> tuple[tuple[bool, str], ...]:
    """Return what puts rows in the order of their keys: numbers by size, unknown ones last."""
    return tuple((key is None, _sortable(str(key or ""))) for key in row.keys)


def _sortable(text: str) -> str:
    return text.zfill(_WIDEST) if text.isdecimal() else text


def top_rows(
    rows: Sequence[MetricRow], column: int, is_descending: bool, limit: int
) -> list[MetricRow]:
    """Order rows by a metric and keep the first; rows without a figure come last.

    With several currencies each amount is ranked among its own: a row stays when it is among the
    first `limit` of some currency, and rows are ordered by their best rank.
    """
    ranks: dict[int, int] = {}
    currencies = {cell.currency for row in rows for cell in row.cells[column]}
    if len(currencies) > 1:
        currencies.discard(None)  # nothing at all is an amount of no currency
    for currency in currencies:
        valued = [
            (cell.value, at)
            for at, row in enumerate(rows)
            for cell in row.cells[column]
            if cell.currency == currency and cell.value is not None
        ]
        valued.sort(
            key=lambda pair: (-pair[0] if is_descending else pair[0], by_key(rows[pair[1]]))
        )
        for rank, (_, at) in enumerate(valued):
            ranks[at] = min(rank, ranks.get(at, rank))
    worst = len(rows)
    order = sorted(range(len(rows)), key=lambda at: (ranks.get(at, worst), by_key(rows[at])))
    kept = [at for at in order if ranks.get(at, worst) < limit]
    return [rows[at] for at in (kept or order[:limit])]
