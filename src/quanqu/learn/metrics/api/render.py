"""Answers as the API writes them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.learn.metrics.contracts import (
    BestCustomers,
    Cell,
    Cohort,
    Dimension,
    MetricInfo,
    MetricResult,
    MetricRow,
    Overview,
    Panel,
    Provenance,
    RfmTable,
    Tile,
    Unit,
)


def metric_out(info: MetricInfo) -> dict[str, Any]:
    """Return a definition."""
    return asdict(info)


def cell_out(cell: Cell, unit: Unit) -> dict[str, Any]:
    """Return a figure; money as text with the decimals of its currency."""
    return {
        "currency": cell.currency,
        "value": _number(cell.value, cell.currency, unit),
        "comparison": _number(cell.comparison, cell.currency, unit),
        "change": cell.change,
    }


def provenance_out(found: Provenance) -> dict[str, Any]:
    """Return where an answer comes from."""
    rates = [asdict(rate) | {"rate": format(rate.rate, "f")} for rate in found.rates]
    return asdict(found) | {"as_of": format_time(found.as_of), "rates": rates}


def result_out(result: MetricResult) -> dict[str, Any]:
    """Return the answer to a question."""
    return {
        "metrics": [metric_out(info) for info in result.metrics],
        "dimensions": list(result.dimensions),
        "period": result.period,
        "compared": result.compared,
        "data": result.data,
        "is_complete": result.is_complete,
        "is_comparison_complete": result.is_comparison_complete,
        "row_count": result.row_count,
        "rows": [_row(row, result.dimensions, result.metrics) for row in result.rows],
        "provenance": provenance_out(result.provenance),
    }


def overview_out(page: Overview) -> dict[str, Any]:
    """Return what the overview page shows."""
    panels = {name: getattr(page, name) for name in ("trend", "channels", "regions", "products")}
    plain = ("period", "compared", "data", "is_complete", "bucket", "buckets", "complete")
    return {
        **{name: getattr(page, name) for name in plain},
        **{name: _panel(panel) for name, panel in panels.items()},
        "tiles": [_tile(tile) for tile in page.tiles],
        "cohorts": [cohort_out(one) for one in page.cohorts],
        "provenance": provenance_out(page.provenance),
    }


def cohort_out(one: Cohort) -> dict[str, Any]:
    """Return a cohort."""
    rates = {"rates": one.rates, "repeaters": one.repeaters, "repeat_rate": one.repeat_rate}
    return {"month": one.month, "size": one.size, "active": one.active, **rates}


def rfm_out(found: RfmTable) -> dict[str, Any]:
    """Return the segments and the grid."""
    groups = [
        {
            "segment": one.segment,
            "name": one.name,
            "customers": one.customers,
            "mean_recency_days": one.mean_recency_days,
            "mean_orders": one.mean_orders,
            "gross_sales": [cell_out(cell, Unit.MONEY) for cell in one.gross_sales],
        }
        for one in found.groups
    ]
    return {
        "as_of_on": found.as_of_on,
        "customers": found.customers,
        "groups": groups,
        "grid": found.grid,
        "provenance": provenance_out(found.provenance),
    }


def best_out(found: BestCustomers) -> dict[str, Any]:
    """Return the best customers."""
    rows = [
        {
            "rank": one.rank,
            "customer": one.customer_id,
            "gross_sales": money_out(one.gross_sales),
            "orders": one.orders,
            "last_order_on": one.last_order_on,
            "share_rate": one.share_rate,
        }
        for one in found.rows
    ]
    provenance = provenance_out(found.provenance)
    return {"period": found.period, "rows": rows, "provenance": provenance}


def _tile(tile: Tile) -> dict[str, Any]:
    unit = tile.metric.unit
    sparks = [
        {
            "currency": spark.currency,
            "values": [_number(value, spark.currency, unit) for value in spark.values],
        }
        for spark in tile.sparks
    ]
    cells = [cell_out(cell, unit) for cell in tile.cells]
    return {"metric": tile.metric.code, "cells": cells, "sparks": sparks}


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "dimension": panel.dimension,
        "metrics": [info.code for info in panel.metrics],
        "rows": [_row(row, (panel.dimension,), panel.metrics) for row in panel.rows],
    }


def _row(
    row: MetricRow, dimensions: Sequence[Dimension], metrics: Sequence[MetricInfo]
) -> dict[str, Any]:
    named = list(zip(dimensions, row.keys, row.labels, strict=True))
    return {
        "keys": {str(d): None if key is None else str(key) for d, key, _ in named},
        "labels": {str(d): label for d, _, label in named if label is not None},
        "compared_on": row.compared_on,
        "is_complete": row.is_complete,
        "is_comparison_complete": row.is_comparison_complete,
        "cells": {
            info.code: [cell_out(cell, info.unit) for cell in cells]
            for info, cells in zip(metrics, row.cells, strict=True)
        },
    }


def _number(value: float | None, currency: str | None, unit: Unit) -> str | float | int | None:
    if unit is not Unit.MONEY or value is None:
        return value
    return Money(int(value), currency).amount if currency else str(int(value))
