"""Which lines of a sale an invoice charges, and what is left of each after returns."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from quanqu.sell.invoicing.contracts import InvoiceDraft, LineKind

__all__ = ["DELIVERY", "Charge", "Part", "charges", "fingerprint", "paid_of"]

DELIVERY: Final = 0
"""The number of the line that charges the delivery of an order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a sale, and what settled returns took of it. Units: sale units, minor units."""

    line_no: int
    sku: str
    name: str
    bought: int
    worth_minor: int
    back_units: int = 0
    back_minor: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What an invoice charges for a line. Units: sale units, minor units with tax."""

    line_no: int
    kind: LineKind
    sku: str
    name: str
    quantity: int
    amount_minor: int


def charges(parts: Sequence[Part], *, invoiced: Collection[int]) -> list[Charge]:
    """Return what is left to charge of lines that no invoice charges yet.

    What came back is not charged. Where all units came back and a fee was kept, the fee is.
    """
    found = []
    for part in parts:
        left = part.worth_minor - part.back_minor
        if part.line_no in invoiced or left <= 0:
            continue
        units = part.bought - part.back_units
        kind = LineKind.GOODS if units > 0 else LineKind.FEE
        if part.line_no == DELIVERY:
            kind = LineKind.SHIPPING
        found.append(Charge(part.line_no, kind, part.sku, part.name, max(units, 1), left))
    return found


def paid_of(gross_minor: int, *, paid_minor: int, told_minor: int) -> int:
    """Return how much of an invoice is paid: of the order's money what earlier ones do not tell."""
    return min(gross_minor, max(paid_minor - told_minor, 0))


def fingerprint(draft: InvoiceDraft, extra: Mapping[str, str] | None = None) -> bytes:
    """Return what tells two drafts under one id apart."""
    told = asdict(draft) | {"id": "", "order_id": str(draft.order_id)} | dict(extra or {})
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).digest()
