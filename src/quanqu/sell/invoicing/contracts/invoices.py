"""Invoices: what is asked for, and what was written."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from quanqu.sell.invoicing.contracts.taxes import Seller, TaxedSum
from quanqu.sell.invoicing.contracts.words import (
    BuyerKind,
    InvoiceKind,
    LineKind,
    Regime,
    TaxTreatment,
)

__all__ = [
    "Buyer",
    "InvoiceDetail",
    "InvoiceDraft",
    "InvoiceFile",
    "InvoiceFilters",
    "InvoiceLine",
    "InvoiceRow",
]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who an invoice is made out to; it rests encrypted.

    `title`: the name on the invoice (抬头).  `tax_id`: of a company; in China its unified social
    credit code with a right check character (GB 32100-2015).
    """

    kind: BuyerKind
    title: str
    tax_id: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    bank: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice to write: of an order, or of one of its parts.

    `id`: the invoice's; asked again under it, the first answer counts.
    """

    id: UUID
    order_id: UUID
    buyer: Buyer
    part_no: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice as a list shows it. Units: minor units of `currency`; of a red one, taken back.

    `number`: its series and its place in it.  `original_id`: of a red one, the blue one.
    `reversed_minor`: what red ones took back.  `is_replaced`: taken back as a whole, to be written
    again.
    """

    id: UUID
    key: int
    kind: InvoiceKind
    regime: Regime
    number: str
    company_key: int
    place_key: int
    order_id: UUID
    order_number: str
    part_no: int | None
    return_id: UUID | None
    original_id: UUID | None
    original_number: str
    buyer_kind: BuyerKind
    currency: str
    net_minor: int
    tax_minor: int
    rounding_minor: int
    gross_minor: int
    prepaid_minor: int
    reversed_minor: int
    is_replaced: bool
    reason: str
    note: str
    issued_at: datetime
    issued_on: date
    issued_by: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice. Units: sale units, minor units."""

    line_no: int
    order_line_no: int
    kind: LineKind
    sku: str
    name: str
    class_code: str
    unit: str
    quantity: int
    treatment: TaxTreatment
    rate: Decimal
    reason_code: str
    reason: str
    net_minor: int
    tax_minor: int
    rounding_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """An invoice with its lines, its seller as it was then, its buyer, and its red ones.

    `is_masked`: the reader may not see in clear who a person is.
    """

    row: InvoiceRow
    seller: Seller
    buyer: Buyer
    is_masked: bool
    lines: tuple[InvoiceLine, ...]
    sums: tuple[TaxedSum, ...]
    reds: tuple[InvoiceRow, ...]


@dataclass(frozen=True, slots=True)
class InvoiceFilters:
    """Narrow a list of invoices; None or empty means any. `text`: a number, or an order's."""

    unit_id: str | None = None
    kinds: frozenset[InvoiceKind] = frozenset()
    order_id: UUID | None = None
    place_keys: frozenset[int] | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """An invoice as a file."""

    name: str
    media_type: str
    content: bytes
