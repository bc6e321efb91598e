"""How fast and how fully suppliers deliver."""

from dataclasses import dataclass

__all__ = ["LeadTime"]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Lines that were delivered, of a supplier or of one item of it (`variant_key`).

    Units: days from sending to the last receipt of a line; rates 0–1, None where there is nothing
    to divide by.
    """

    supplier_id: str
    supplier_name: str
    variant_key: int | None
    count: int
    mean_days: float
    median_days: float
    p90_days: float
    on_time_rate: float | None
    fill_rate: float | None
