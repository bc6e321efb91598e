"""Write an invoice as UBL 2.1 with the semantic model of EN 16931-1.

Element names and order: OASIS UBL 2.1, schemas Invoice and CreditNote; the binding of business
terms (BT, BG): CEN/TS 16931-3-2.
"""

import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal
from typing import Final

from quanqu.kernel.money import Money
from quanqu.sell.invoicing.contracts import (
    Buyer,
    InvoiceDetail,
    InvoiceKind,
    InvoiceLine,
    LineKind,
    Seller,
    TaxedSum,
    TaxTreatment,
)

__all__ = ["as_ubl"]

_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_ROOT: Final = "urn:oasis:names:specification:ubl:schema:xsd:{0}-2"
_SPECIFICATION: Final = "urn:cen.eu:en16931:2017"
_INVOICE: Final = "380"
_CREDIT_NOTE: Final = "381"
"""UNTDID 1001."""
_ONE: Final = "C62"
"""UN/ECE Recommendation 20: one."""
_MEANS: Final = "1"
"""UNTDID 4461: not defined; the order knows how it was paid."""


def as_ubl(detail: InvoiceDetail) -> bytes:
    """Return the invoice (or credit note) as XML in UTF-8; amounts are above zero in both."""
    row = detail.row
    is_red = row.kind is InvoiceKind.RED
    name = "CreditNote" if is_red else "Invoice"
    root = ET.Element(f"{{{_ROOT.format(name)}}}{name}")
    _text(root, "CustomizationID", _SPECIFICATION)
    _text(root, "ID", row.number)
    _text(root, "IssueDate", row.issued_on.isoformat())
    payable = row.gross_minor - row.prepaid_minor
    due = row.issued_on + timedelta(days=detail.seller.payment_days)
    if not is_red and payable > 0:
        _text(root, "DueDate", due.isoformat())
    _text(root, f"{name}TypeCode", _CREDIT_NOTE if is_red else _INVOICE)
    if row.note or row.reason:
        _text(root, "Note", row.reason or row.note)
    _text(root, "DocumentCurrencyCode", row.currency)
    if row.order_number:
        _text(_part(root, "OrderReference"), "ID", row.order_number)
    if row.original_number:
        reference = _part(_part(root, "BillingReference"), "InvoiceDocumentReference")
        _text(reference, "ID", row.original_number)
    _seller(_part(_part(root, "AccountingSupplierParty"), "Party"), detail.seller)
    _buyer(_part(_part(root, "AccountingCustomerParty"), "Party"), detail.buyer)
    _text(_part(root, "PaymentMeans"), "PaymentMeansCode", _MEANS)
    if is_red and payable > 0:
        _text(_part(root, "PaymentTerms"), "Note", due.isoformat())
    _taxes(root, detail)
    _totals(root, detail)
    for line in detail.lines:
        _line(root, line, row.currency, name)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _seller(party: ET.Element, seller: Seller) -> None:
    _text(_part(party, "PartyName"), "Name", seller.name)
    _address(party, seller.street, seller.city, seller.postcode, seller.country)
    _vat(party, seller.tax_id)
    _text(_part(party, "PartyLegalEntity"), "RegistrationName", seller.name)
    if seller.phone:
        _text(_part(party, "Contact"), "Telephone", seller.phone)


def _buyer(party: ET.Element, buyer: Buyer) -> None:
    _address(party, buyer.street, buyer.city, buyer.postcode, buyer.country)
    if buyer.tax_id:
        _vat(party, buyer.tax_id)
    _text(_part(party, "PartyLegalEntity"), "RegistrationName", buyer.title)
    if buyer.phone or buyer.email:
        contact = _part(party, "Contact")
        if buyer.phone:
            _text(contact, "Telephone", buyer.phone)
        if buyer.email:
            _text(contact, "ElectronicMail", buyer.email)


def _address(party: ET.Element, street: str, city: str, postcode: str, country: str) -> None:
    address = _part(party, "PostalAddress")
    for tag, text in (("StreetName", street), ("CityName", city), ("PostalZone", postcode)):
        if text:
            _text(address, tag, text)
    _text(_part(address, "Country"), "IdentificationCode", country)


def _vat(party: ET.Element, number: str) -> None:
    scheme = _part(party, "PartyTaxScheme")
    _text(scheme, "CompanyID", number)
    _text(_part(scheme, "TaxScheme"), "ID", "VAT")


def _taxes(root: ET.Element, detail: InvoiceDetail) -> None:
    total = _part(root, "TaxTotal")
    _amount(total, "TaxAmount", detail.row.tax_minor, detail.row.currency)
    for one in detail.sums:
        part = _part(total, "TaxSubtotal")
        _amount(part, "TaxableAmount", one.net_minor, detail.row.currency)
        _amount(part, "TaxAmount", one.tax_minor, detail.row.currency)
        _category(part, "TaxCategory", one.treatment, one.rate, of=one)


def _category(
    parent: ET.Element, tag: str, treatment: TaxTreatment, rate: Decimal, of: TaxedSum | None = None
) -> None:
    category = _part(parent, tag)
    _text(category, "ID", treatment.value)
    if treatment is not TaxTreatment.OUTSIDE:  # BR-O-05: nothing outside of the tax has a rate
        _text(category, "Percent", f"{(rate * 100).normalize():f}")
    if of is not None and of.reason_code:
        _text(category, "TaxExemptionReasonCode", of.reason_code)
    if of is not None and of.reason:
        _text(category, "TaxExemptionReason", of.reason)
    _text(_part(category, "TaxScheme"), "ID", "VAT")


def _totals(root: ET.Element, detail: InvoiceDetail) -> None:
    row = detail.row
    totals = _part(root, "LegalMonetaryTotal")
    with_tax = row.net_minor + row.tax_minor
    _amount(totals, "LineExtensionAmount", row.net_minor, row.currency)
    _amount(totals, "TaxExclusiveAmount", row.net_minor, row.currency)
    _amount(totals, "TaxInclusiveAmount", with_tax, row.currency)
    _amount(totals, "PrepaidAmount", row.prepaid_minor, row.currency)
    if row.rounding_minor:
        _amount(totals, "PayableRoundingAmount", row.rounding_minor, row.currency)
    payable = with_tax - row.prepaid_minor + row.rounding_minor
    _amount(totals, "PayableAmount", payable, row.currency)


def _line(root: ET.Element, line: InvoiceLine, currency: str, name: str) -> None:
    part = _part(root, f"{name}Line")
    _text(part, "ID", str(line.line_no))
    tag = "CreditedQuantity" if name == "CreditNote" else "InvoicedQuantity"
    ET.SubElement(part, f"{{{_CBC}}}{tag}", unitCode=_ONE).text = str(line.quantity)
    _amount(part, "LineExtensionAmount", line.net_minor, currency)
    item = _part(part, "Item")
    _text(item, "Name", line.name or ("Delivery" if line.kind is LineKind.SHIPPING else line.sku))
    if line.sku:
        _text(_part(item, "SellersItemIdentification"), "ID", line.sku)
    _category(item, "ClassifiedTaxCategory", line.treatment, line.rate)
    price = _part(part, "Price")
    _amount(price, "PriceAmount", line.net_minor, currency)  # for as many units as the line has
    ET.SubElement(price, f"{{{_CBC}}}BaseQuantity", unitCode=_ONE).text = str(line.quantity)


def _part(parent: ET.Element, tag: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CAC}}}{tag}")


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_CBC}}}{tag}").text = text


def _amount(parent: ET.Element, tag: str, minor: int, currency: str) -> None:
    told = Money(minor, currency).amount
    ET.SubElement(parent, f"{{{_CBC}}}{tag}", currencyID=currency).text = told


for _prefix, _name in (("cbc", _CBC), ("cac", _CAC)):
    ET.register_namespace(_prefix, _name)
