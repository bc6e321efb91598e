"""The state of the data itself."""

from dataclasses import dataclass

from quanqu.learn.metrics.contracts.queries import Provenance

__all__ = ["FieldCoverage", "QualityReport", "TableQuality"]


@dataclass(frozen=True, slots=True)
class FieldCoverage:
    """How many rows of a table have a value in a column."""

    column: str
    filled: int
    coverage_rate: float | None


@dataclass(frozen=True, slots=True)
class TableQuality:
    """One table of the lake: rows, rows whose key occurs again, and rows that point to nothing.

    `orphans` counts, for each reference such as `order_key`, the rows whose target is missing.
    """

    table: str
    rows: int
    duplicates: int
    orphans: dict[str, int]
    fields: tuple[FieldCoverage, ...]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Every table the metrics rest on."""

    tables: tuple[TableQuality, ...]
    provenance: Provenance
