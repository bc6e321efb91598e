"""What the products of a list sold over the period, in cells, and the order that makes of them."""

from collections.abc import Sequence
from typing import Final

from quanqu.doors.console.kit.cells import Cell, count_cell, money_cell, text_cell
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import Money
from quanqu.learn.metrics.contracts import Cell as Figure
from quanqu.learn.metrics.contracts import Dimension, Filter, MetricQuery, MetricRow
from quanqu.learn.metrics.facade import query
from quanqu.sell.catalog.contracts import ProductRow

__all__ = ["RANKS", "Sold", "ranking"]

_FIGURES: Final = ("net_product_sales", "units_sold")
_MOST_RANKED: Final = 10_000
# The orders of the list, with their figure and whether they are upside down.
RANKS: Final[dict[str, tuple[str, bool]]] = {
    "most_sales": ("net_product_sales", False),
    "least_sales": ("net_product_sales", True),
    "most_units": ("units_sold", False),
    "least_units": ("units_sold", True),
}


class Sold:
    """Units and net sales of some products, read at once."""

    def __init__(self, frame: Frame, rows: Sequence[ProductRow]) -> None:
        self._found: dict[str, MetricRow] = {}
        ids = tuple(row.id for row in rows)
        for some in (ids[at : at + _MOST_RANKED] for at in range(0, len(ids), _MOST_RANKED)):
            asked = MetricQuery(
                metrics=_FIGURES,
                period=frame.period,
                dimensions=(Dimension.PRODUCT,),
                filters=(Filter(Dimension.PRODUCT, some),),
                limit=len(some),
            )
            answer = query(actor=frame.actor, query=asked, now=frame.now)
            self._found |= {str(row.keys[0]): row for row in answer.rows}

    def sales(self, row: ProductRow, frame: Frame) -> Cell:
        """Tell net sales, each currency apart."""
        amounts = [
            (Money(round(one.value), one.currency))
            for one in self._figures(row, 0)
            if one.value is not None and one.currency
        ]
        cells = [money_cell(amount, with_code=len(amounts) > 1) for amount in amounts]
        return cells[0] if len(cells) == 1 else text_cell(" · ".join(one.text for one in cells))

    def units(self, row: ProductRow, frame: Frame) -> Cell:
        """Tell the units sold."""
        found = [round(one.value) for one in self._figures(row, 1) if one.value is not None]
        return count_cell(sum(found) if found else None)

    def _figures(self, row: ProductRow, number: int) -> Sequence[Figure]:
        found = self._found.get(row.id)
        return found.cells[number] if found else ()


def ranking(frame: Frame, metric: str) -> list[str]:
    """Return the ids of the products that sold most over the period, at most 10,000, in order."""
    asked = MetricQuery(
        metrics=(metric,),
        period=frame.period,
        dimensions=(Dimension.PRODUCT,),
        order_by=metric,
        limit=_MOST_RANKED,
    )
    rows = query(actor=frame.actor, query=asked, now=frame.now).rows
    return [str(row.keys[0]) for row in rows if row.keys[0] is not None]
