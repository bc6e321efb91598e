"""What the stock of companies is worth at cost, and that of the group they make."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Acquired", "ConvertedStock", "GroupStock", "StockFigures", "Uncosted", "UncostedItem"]


class Uncosted(StrEnum):
    """Why stock of an item has no value.

    no_cost: nothing of it was ever received or charged.  currencies: what it cost is told in
    several currencies.  origin: it was charged between companies, and what it cost the one it came
    from is not known, or is in another currency; it is left out of the group alone.
    """

    NO_COST = "no_cost"
    CURRENCIES = "currencies"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Acquired:
    """Units a company got from another, and what it was charged. Units: sale, minor units.

    `origin_key`: the company at whose places the goods lay first.
    """

    company_key: int
    origin_key: int
    variant_key: int
    currency: str
    units: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class StockFigures:
    """Stock of a company (key 0: the group) in one currency. Units: sale, minor units.

    `value_minor`: at the average cost to the company; of the group, without `profit_minor`, which
    is what companies in view made on goods that others of them still have.
    """

    company_key: int
    currency: str
    units: int
    value_minor: int
    profit_minor: int


@dataclass(frozen=True, slots=True)
class UncostedItem:
    """Units of an item at a company that no value is known of."""

    company_key: int
    variant_key: int
    units: int
    why: Uncosted


@dataclass(frozen=True, slots=True)
class ConvertedStock:
    """The group's figure in one currency by the rates stated for today.

    None where a currency has no rate: `missing` names them, and nothing is made up.
    """

    currency: str
    value_minor: int | None
    profit_minor: int | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupStock:
    """The stock of companies in view, and of their group.

    `damaged`: broken units, which have no value here.  `converted`: None where the group
    has no currency.
    """

    companies: tuple[StockFigures, ...]
    group: tuple[StockFigures, ...]
    uncosted: tuple[UncostedItem, ...]
    damaged: int
    converted: ConvertedStock | None = None
