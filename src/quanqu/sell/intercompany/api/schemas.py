"""What the API of the books between companies takes and shows."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.intercompany.contracts import (
    MOST_AMOUNTS,
    MovementKind,
    PriceKind,
    Uncosted,
    Unpriced,
)

Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Sku = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class TransferRuleIn(Schema):
    """How goods of one company are priced that another gets, from a day on."""

    giver: Id
    taker: Id
    kind: PriceKind
    currency: Currency
    valid_from: date
    rate: Annotated[Decimal, Field(ge=0, le=10, max_digits=6, decimal_places=4)] = Decimal(0)
    amounts: Annotated[
        dict[Sku, Amount], Field(max_length=MOST_AMOUNTS, description="Of a unit, by SKU.")
    ] = {}


class TransferRuleOut(Schema):
    """A rule that was written down."""

    giver: str
    taker: str
    kind: PriceKind
    currency: str
    valid_from: date
    rate: str
    items: int
    version: int
    made_at: str


class CompanyMovementOut(Schema):
    """Goods or money that went from one company to another."""

    id: str
    kind: MovementKind
    giver: str
    taker: str
    order: str | None
    rma: Annotated[str | None, Field(description="The return.")]
    line: int
    sku: str
    quantity: int
    sales: MoneyOut
    amount: MoneyOut | None
    unpriced: Unpriced | None
    rule: int | None
    note: str
    on: date


class MovementQuery(Schema):
    """Narrow what went between companies."""

    company: Id = ""
    kind: MovementKind | None = None
    first: date | None = None
    last: date | None = None
    unpriced: bool = False


class CompanyBalanceOut(Schema):
    """What a company has to get from another; below zero, owes it."""

    company: str
    other: str
    balance: MoneyOut


class SettlementIn(Schema):
    """Money one company paid another."""

    payer: Id
    payee: Id
    amount: Amount
    currency: Currency
    on: date
    note: Note = ""


class StatementOut(Schema):
    """A month between two companies, as the first sees it."""

    company: str
    other: str
    first: date
    last: date
    opening: MoneyOut
    closing: MoneyOut
    movements: list[CompanyMovementOut]


class GroupFiguresOut(Schema):
    """Figures of a company, or of the group of those in view (`company` null)."""

    company: str | None
    sales: MoneyOut
    refunds: MoneyOut
    given: MoneyOut
    taken: MoneyOut


class StockFiguresOut(Schema):
    """Stock of a company, or of the group of those in view (`company` null), at average cost.

    `profit`: made between companies in view and contained in it; the group's value is without.
    """

    company: str | None
    units: int
    value: MoneyOut
    profit: MoneyOut


class UncostedItemOut(Schema):
    """Units no value is known of, and why; `origin`: left out of the group alone."""

    company: str
    item: str
    sku: str
    name: str
    units: int
    why: Uncosted


class ConvertedStockOut(Schema):
    """The group's figure by the rates stated for today; null where `missing` have none."""

    currency: str
    value: MoneyOut | None
    profit: MoneyOut | None
    missing: list[str]


class GroupStockOut(Schema):
    """Stock of companies beside that of their group. `uncosted`: the first 500 of the count."""

    companies: list[StockFiguresOut]
    group: list[StockFiguresOut]
    uncosted: list[UncostedItemOut]
    uncosted_count: int
    uncosted_units: int
    damaged_units: int
    converted: ConvertedStockOut | None


class ConsolidationOut(Schema):
    """Companies beside the group they make: what went between them is eliminated."""

    companies: list[GroupFiguresOut]
    group: list[GroupFiguresOut]
    eliminated: list[MoneyOut]
    unpriced: int
