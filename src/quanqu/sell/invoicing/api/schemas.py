"""What the API of invoices takes and shows."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.invoicing.contracts import (
    BuyerKind,
    InvoiceKind,
    LineKind,
    Regime,
    Rounding,
    TaxTreatment,
)

Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
OrderId = Annotated[str, Field(max_length=40, pattern=r"^ord_[0-9a-z]{26}$")]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]
Rate = Annotated[Decimal, Field(ge=0, lt=1, max_digits=5, decimal_places=4, examples=["0.13"])]
File = Annotated[str, Field(max_length=4_000_000, pattern=r"^[^\x00]*$")]


class BuyerIn(Schema):
    """Who an invoice is made out to."""

    kind: BuyerKind = BuyerKind.PERSONAL
    title: Text
    tax_id: Code = ""
    email: Text = ""
    street: Text = ""
    city: Text = ""
    postcode: Code = ""
    country: Annotated[str, Field(max_length=2, pattern=r"^([A-Z]{2})?$")] = ""
    phone: Code = ""
    bank: Text = ""
    bank_account: Code = ""


class InvoiceIn(Schema):
    """An invoice to write: of an order, or of one of its parts."""

    order: OrderId
    part: Annotated[int, Field(strict=True, ge=1, le=1_000)] | None = None
    buyer: BuyerIn
    note: Note = ""


class CorrectionIn(Schema):
    """Why an invoice is taken back as a whole."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class InvoiceQuery(Schema):
    """Narrow a list of invoices."""

    unit: Id = ""
    kind: InvoiceKind | None = None
    order: OrderId | None = None
    search: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""
    first: date | None = None
    last: date | None = None


class InvoiceOut(Schema):
    """An invoice; of a red one the amounts were taken back."""

    id: str
    number: str
    kind: InvoiceKind
    regime: Regime
    company: str
    place: str
    order: str
    order_number: str
    part: int | None
    return_: Annotated[str | None, Field(serialization_alias="return")]
    original: str | None
    original_number: str
    buyer_kind: BuyerKind
    net: MoneyOut
    tax: MoneyOut
    rounding: Annotated[MoneyOut, Field(description="Net + tax + rounding = gross.")]
    gross: MoneyOut
    prepaid: MoneyOut
    taken_back: MoneyOut
    is_replaced: bool
    reason: str
    note: str
    issued_at: str
    issued_on: date


class InvoiceLineOut(Schema):
    """A line of an invoice."""

    line: int
    order_line: int
    kind: LineKind
    sku: str
    name: str
    tax_class: str
    unit: str
    quantity: int
    treatment: TaxTreatment
    rate: str
    reason_code: str
    reason: str
    net: MoneyOut
    tax: MoneyOut
    gross: MoneyOut


class InvoiceSumOut(Schema):
    """The lines of one treatment and rate."""

    treatment: TaxTreatment
    rate: str
    net: MoneyOut
    tax: MoneyOut


class InvoiceBuyerOut(Schema):
    """Who it is made out to; a person is masked for who may not see it in clear."""

    kind: BuyerKind
    title: str
    tax_id: str
    email: str
    is_masked: bool


class InvoiceDetailOut(InvoiceOut):
    """An invoice with its lines, sums, buyer and red ones."""

    buyer: InvoiceBuyerOut
    lines: list[InvoiceLineOut]
    sums: list[InvoiceSumOut]
    reds: list[InvoiceOut]


class TaxRuleIn(Schema):
    """How a category is taxed in a region from a day on."""

    region: Annotated[str, Field(max_length=6, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    category: Code
    treatment: TaxTreatment
    rate: Rate
    valid_from: date
    source: Text
    is_included: bool = True
    reason_code: Code = ""
    reason: Text = ""


class TaxRulesIn(Schema):
    """Rules to write down: all of them or none."""

    rules: Annotated[list[TaxRuleIn], Field(min_length=1, max_length=1_000)]


class TaxRuleOut(TaxRuleIn):
    """A rule that was written down."""

    rate: str  # type: ignore[assignment]  # shown as text, so that no reader rounds it
    version: int
    is_in_force: bool
    made_at: str


class TaxFileIn(Schema):
    """A CSV file with a head, in UTF-8."""

    csv: File


class TaxItemIn(Schema):
    """How an item is taxed and called on invoices."""

    sku: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
    category: Code
    tax_class: Code = ""
    name: Text = ""
    unit: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""


class TaxItemsIn(Schema):
    """How items are taxed: all of them or none."""

    items: Annotated[list[TaxItemIn], Field(min_length=1, max_length=1_000)]


class TakenOut(Schema):
    """How many were new or changed, and how many were there as they are."""

    added: int
    known: int


class SellerIn(Schema):
    """How a company writes invoices."""

    regime: Regime
    region: Annotated[str, Field(max_length=6, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    name: Text
    tax_id: Code
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    category: Code
    shipping_category: Code
    rounding: Rounding
    series: Code = "A"
    red_series: Code = "R"
    street: Text = ""
    city: Text = ""
    postcode: Code = ""
    phone: Code = ""
    bank: Text = ""
    bank_account: Code = ""
    class_code: Code = ""
    shipping_class_code: Code = ""
    unit: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    payment_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 14


class SellerOut(SellerIn):
    """How a company writes invoices, as it was last saved."""

    company: str
    changed_at: str


class QuoteLineIn(Schema):
    """An amount of a category."""

    category: Code
    amount: Amount


class TaxQuoteIn(Schema):
    """Amounts to say the tax of."""

    company: Id
    region: Annotated[str, Field(max_length=6, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    lines: Annotated[list[QuoteLineIn], Field(min_length=1, max_length=1_000)]
    rounding: Rounding = Rounding.DOCUMENT
    on: date | None = None


class QuotedLineOut(Schema):
    """What a line bears."""

    net: MoneyOut
    tax: MoneyOut
    rounding: MoneyOut
    gross: MoneyOut


class TaxQuoteOut(QuotedLineOut):
    """What amounts bear: in all, by line, and by treatment and rate."""

    lines: list[QuotedLineOut]
    sums: list[InvoiceSumOut]
