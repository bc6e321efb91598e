"""Purchase orders as the API takes and shows them."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.supply.api.schemas.types import (
    Amount,
    Day,
    Id,
    LongText,
    Quantity,
    Text,
)
from quanqu.sell.supply.contracts import DiscrepancyKind, OrderAct, PurchaseSort, PurchaseState


class LineIn(Schema):
    """An item to order; without a cost, the supplier's counts."""

    sku: Text
    quantity: Quantity
    unit_cost: Amount | None = None
    expected_on: Day | None = None


class PurchaseFields(Schema):
    """What to order."""

    lines: Annotated[list[LineIn], Field(max_length=100)]
    expected_on: Day | None = None
    note: LongText = ""


class PurchaseIn(PurchaseFields):
    """A draft of an order to a supplier, for a place."""

    supplier: Id
    place: Id


class PurchaseQuery(Schema):
    """Narrow the list of purchase orders."""

    search: Text = Field("", description="The beginning of a number.")
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: Annotated[list[PurchaseState], Field(default_factory=list, max_length=8)]
    supplier: Id | None = None
    first: Day | None = Field(None, description="Expected from this day on.")
    last: Day | None = Field(None, description="Expected by this day, included.")
    is_overdue: bool = Field(False, description="Only open orders whose expected day is past.")


class PurchaseSortQuery(Schema):
    """In which order they come."""

    sort: PurchaseSort = PurchaseSort.NEWEST


class PurchaseOut(Schema):
    """A purchase order of the list."""

    id: str
    number: str
    place: str
    supplier: str
    supplier_name: str
    state: PurchaseState
    version: int
    total: MoneyOut
    ordered: int
    received: int
    expected_on: str | None
    created_at: str
    sent_at: str | None
    updated_at: str


class PurchaseLineOut(Schema):
    """A line of a purchase order; `open` is what is still to come, `most` what may come."""

    line_no: int
    sku: str
    product: str | None
    name: str
    supplier_code: str
    ordered: int
    most: int
    received: int
    damaged: int
    open: int
    unit_cost: MoneyOut
    amount: MoneyOut
    expected_on: str | None


class ChangedLineOut(Schema):
    """A line as it was before a change."""

    line_no: int
    sku: str
    ordered: int
    received: int


class HistoryOut(Schema):
    """Something that was done to an order."""

    at: str
    actor: str
    act: OrderAct
    state: PurchaseState
    version: int
    reason: str
    lines_before: list[ChangedLineOut]


class PurchaseDetailOut(PurchaseOut):
    """A purchase order whole."""

    note: str
    needs_second_person: bool
    lines: list[PurchaseLineOut]
    history: list[HistoryOut]


class CountOut(Schema):
    """How many there are."""

    count: int


class DiscrepancyOut(Schema):
    """How a line differs from what was ordered."""

    purchase_order: str
    number: str
    supplier_name: str
    place: str
    line_no: int
    sku: str
    kind: DiscrepancyKind
    units: int


class ReasonIn(Schema):
    """Why."""

    reason: Annotated[str, Field("", max_length=500, pattern=r"^[^\x00]*$")]
