"""Suppliers, costs, lead times and rules, as the API takes and shows them."""

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.supply.api.schemas.types import (
    Amount,
    Currency,
    Day,
    Id,
    Text,
)


class ContactFields(Schema):
    """Whom to talk to at a supplier."""

    name: Text = ""
    email: Text = ""
    phone: Text = ""
    address: Text = ""


class SupplierFields(Schema):
    """A supplier as it is told."""

    code: Annotated[str, Field(max_length=40, examples=["leaf"])]
    name: Text
    currency: Currency
    lead_time_days: Annotated[int, Field(0, ge=0, le=730)]
    minimum_order: Amount = "0"
    contact: ContactFields | None = Field(
        None, description="Left out, the contact that is there stays."
    )
    is_active: bool = True


class SupplierIn(SupplierFields):
    """A supplier of a company."""

    company: Id


class SupplierOut(Schema):
    """A supplier; its contact is masked."""

    id: str
    company: str
    code: str
    name: str
    currency: str
    lead_time_days: int
    minimum_order: MoneyOut
    contact: ContactFields
    is_active: bool
    created_at: str
    updated_at: str


class SupplierQuery(Schema):
    """Narrow the list of suppliers."""

    search: Text = Field("", description="A part of the name, or the beginning of the code.")
    company: Id | None = None
    is_active: bool | None = None


class CostIn(Schema):
    """What an item costs from a day on: today unless told."""

    sku: Text
    cost: Amount
    supplier_code: Annotated[str, Field("", max_length=80, pattern=r"^[^\x00]*$")]
    pack_size: Annotated[int, Field(1, ge=1, le=1_000_000)]
    minimum_quantity: Annotated[int, Field(1, ge=1, le=1_000_000)]
    valid_from: Day | None = None
    valid_to: Day | None = None


class CostsIn(Schema):
    """Costs of a supplier's items."""

    costs: Annotated[list[CostIn], Field(min_length=1, max_length=1000)]


class CostOut(Schema):
    """A cost as it was recorded."""

    sku: str
    product: str | None
    supplier_code: str
    cost: MoneyOut
    pack_size: int
    minimum_quantity: int
    valid_from: str
    valid_to: str | None
    recorded_at: str
    is_current: bool


class AddedOut(Schema):
    """How many lines were added."""

    added: int


class CatalogueIn(Schema):
    """A supplier's catalogue as CSV with a head: sku, cost and what else is known."""

    csv: Annotated[str, Field(max_length=20_000_000, examples=["sku,cost\nmug-w,12.50\n"])]


class RejectedOut(Schema):
    """A row that was not taken; `row` counts from 1 below the head."""

    row: int
    reason: str
    cells: list[str]


class CatalogueOut(Schema):
    """What became of a catalogue."""

    rows: int
    taken: int
    unchanged: int
    columns: list[str]
    rejected: list[RejectedOut]


class RulesFields(Schema):
    """How a company buys; without a limit nobody else is asked."""

    currency: Currency
    approval_limit: Amount | None = None
    over_rate: Annotated[Decimal, Field(Decimal(0), ge=0, le=1, max_digits=5, decimal_places=4)]


class RulesOut(Schema):
    """How a company buys."""

    company: str
    approval_limit: MoneyOut | None
    over_rate: str


class LeadTimeOut(Schema):
    """How fast and how fully a supplier, or an item of it, comes."""

    supplier: str
    supplier_name: str
    sku: str | None
    count: int
    mean_days: float
    median_days: float
    p90_days: float
    on_time_rate: float | None
    fill_rate: float | None


class LeadTimeQuery(Schema):
    """Over which orders: sent from a day on."""

    since: Day | None = None
