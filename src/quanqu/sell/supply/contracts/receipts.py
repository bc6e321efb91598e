"""Receipts of goods, and the costs that are shared out over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from quanqu.kernel.money import Money
from quanqu.sell.supply.contracts.words import ChargeKind, ShareBasis

__all__ = [
    "Charge",
    "ChargeDraft",
    "Receipt",
    "ReceiptDraft",
    "ReceiptFilters",
    "ReceiptLine",
    "ReceivedLine",
]


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What came of a line of an order. Units: sale units; `damaged` beside `good`."""

    line_no: int
    good: int
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """A delivery: `reference` is its own name, such as the delivery note's number.

    The same reference of an order again, with the same lines, is the same receipt.
    """

    reference: str
    lines: tuple[ReceivedLine, ...]
    received_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as it came, at which cost. `landed` is the share of the costs beside the goods."""

    line_no: int
    variant_key: int
    good: int
    damaged: int
    unit_cost: Money
    landed: Money

    @property
    def units(self) -> int:
        """Units that came, damaged ones, too."""
        return self.good + self.damaged

    @property
    def goods(self) -> Money:
        """What the units that came cost."""
        return Money(self.unit_cost.minor * self.units, self.unit_cost.currency)

    @property
    def unit_landed_minor(self) -> Decimal:
        """The cost of one unit with its share of the other costs, in minor units."""
        return Decimal(self.goods.minor + self.landed.minor) / self.units


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """A cost beside the goods. Units: minor units of the order's currency; below zero undoes one.

    `weights_g`: grams of one unit by line number, where the catalogue does not know them.
    """

    kind: ChargeKind
    amount_minor: int
    basis: ShareBasis
    reference: str = ""
    weights_g: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Charge:
    """A cost and how it was shared out, by line number."""

    kind: ChargeKind
    amount: Money
    basis: ShareBasis
    reference: str
    recorded_at: datetime
    shares: Mapping[int, Money]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Goods that came for a purchase order."""

    key: int
    id: str
    order_id: str
    order_number: str
    supplier_name: str
    company_key: int
    place_key: int
    reference: str
    received_at: datetime
    recorded_at: datetime
    actor_name: str
    note: str
    lines: tuple[ReceiptLine, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class ReceiptFilters:
    """Narrow a list of receipts: those of an order, at places, from and to a time."""

    order_id: str = ""
    place_keys: frozenset[int] | None = None
    since: datetime | None = None
    until: datetime | None = None
