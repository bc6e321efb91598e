"""UBL invoices against the totals rules of EN 16931, read by themselves."""

import xml.etree.ElementTree as ET
from decimal import ROUND_HALF_UP, Decimal

import pytest
from tests.builders.invoices import NOW, buyer, invoiced, make_seller
from tests.builders.returns import ask, make_open_shop, settled, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.contracts import BuyerKind, ItemTax, Regime, TaxRule, TaxTreatment

pytestmark = pytest.mark.django_db
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
# The order of children in UBL 2.1, those that are used here.
ORDER = [
    "CustomizationID", "ID", "IssueDate", "DueDate", "InvoiceTypeCode", "CreditNoteTypeCode",
    "Note", "DocumentCurrencyCode", "OrderReference", "BillingReference",
    "AccountingSupplierParty", "AccountingCustomerParty", "PaymentMeans", "PaymentTerms",
    "TaxTotal", "LegalMonetaryTotal", "InvoiceLine", "CreditNoteLine",
]  # fmt: skip


def told(part, path):
    """Return the decimals at a path of local names."""
    names = "/".join(f"{CBC if one[0] == '.' else CAC}{one.lstrip('.')}" for one in path.split("/"))
    return [Decimal(one.text) for one in part.findall(names)]


def check(root):
    """Hold BR-CO-10 to BR-CO-17 against a document; return its payable amount."""
    (line_total,) = told(root, "LegalMonetaryTotal/.LineExtensionAmount")  # BT-106
    (without,) = told(root, "LegalMonetaryTotal/.TaxExclusiveAmount")  # BT-109
    (with_tax,) = told(root, "LegalMonetaryTotal/.TaxInclusiveAmount")  # BT-112
    paid = sum(told(root, "LegalMonetaryTotal/.PrepaidAmount"))  # BT-113
    rounding = sum(told(root, "LegalMonetaryTotal/.PayableRoundingAmount"))  # BT-114
    (payable,) = told(root, "LegalMonetaryTotal/.PayableAmount")  # BT-115
    (owed,) = told(root, "TaxTotal/.TaxAmount")  # BT-110
    kind = root.tag.rpartition("}")[2]
    lines = told(root, f"{kind}Line/.LineExtensionAmount")  # BT-131
    allowances = told(root, "LegalMonetaryTotal/.AllowanceTotalAmount")  # BT-107
    charges = told(root, "LegalMonetaryTotal/.ChargeTotalAmount")  # BT-108
    assert line_total == sum(lines)  # BR-CO-10
    assert (allowances, charges) == ([], [])  # BR-CO-11, BR-CO-12: there is none
    assert without == line_total  # BR-CO-13
    assert owed == sum(told(root, "TaxTotal/TaxSubtotal/.TaxAmount"))  # BR-CO-14
    assert with_tax == without + owed  # BR-CO-15
    assert payable == with_tax - paid + rounding  # BR-CO-16
    for part in root.findall(f"{CAC}TaxTotal/{CAC}TaxSubtotal"):
        (net,), (part_tax,) = told(part, ".TaxableAmount"), told(part, ".TaxAmount")
        rate = sum(told(part, "TaxCategory/.Percent")) / 100
        exact = (net * rate).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        tolerance = Decimal(0) if kind == "Invoice" else Decimal("0.02")
        assert abs(part_tax - exact) <= tolerance  # BR-CO-17
    names = [one.tag.rpartition("}")[2] for one in root]
    assert names == sorted(names, key=ORDER.index)
    return payable


@pytest.fixture
def shop():
    made = make_open_shop(units=50)
    make_seller(made, Regime.EN16931)
    facade.save_tax_rules(
        actor=SYSTEM,
        company_key=made.company.key,
        rules=[
            TaxRule("DE", "books", TaxTreatment.STANDARD, Decimal("0.07"), NOW.date(), "UStG"),
            TaxRule(
                "DE", "care", TaxTreatment.EXEMPT, Decimal(0), NOW.date(), "UStG", True,
                "VATEX-EU-132", "Exempt",
            ),
        ],
        now=NOW,
    )  # fmt: skip
    facade.save_items(
        actor=SYSTEM, company_key=made.company.key, items=[ItemTax("cup", "books")], now=NOW
    )
    return made


def xml(row):
    content = facade.invoice_file(actor=SYSTEM, invoice_id=row.id, form="xml", now=NOW).content
    return ET.fromstring(content)  # noqa: S314 - what was written above


def test_an_invoice_and_its_credit_note_hold_the_rules(shop):
    placed = sold(shop, ("tea", 3), ("cup", 7), price=333, shipping_minor=499)
    row = invoiced(placed.id, buyer=buyer(tax_id="", street="Weg 1", email="a@example.com"))

    root = xml(row)
    assert root.tag.endswith("}Invoice")
    assert check(root) == 0
    assert root.findtext(f"{CBC}InvoiceTypeCode") == "380"
    percents = told(root, "TaxTotal/TaxSubtotal/TaxCategory/.Percent")
    assert percents == [Decimal(19), Decimal(7)]

    settled(shop, placed.id, ask(1, 1), ask(2, 2))
    facade.take_back_return(order_id=placed.id, now=NOW)
    (red,) = facade.get_invoice(actor=SYSTEM, invoice_id=row.id).reds
    note = xml(red)
    assert note.tag.endswith("}CreditNote")
    assert check(note) == 0
    reference = f"{CAC}BillingReference/{CAC}InvoiceDocumentReference/{CBC}ID"
    assert note.findtext(reference) == row.number
    last = facade.correct_invoice(actor=SYSTEM, invoice_id=row.id, reason="wrong", now=NOW)
    check(xml(last))


def test_what_is_exempt_says_why(shop):
    facade.save_items(
        actor=SYSTEM, company_key=shop.company.key, items=[ItemTax("tea", "care")], now=NOW
    )
    root = xml(invoiced(sold(shop, ("tea", 2)).id, buyer=buyer(BuyerKind.PERSONAL)))

    check(root)
    category = root.find(f"{CAC}TaxTotal/{CAC}TaxSubtotal/{CAC}TaxCategory")
    assert category.findtext(f"{CBC}ID") == "E"
    assert category.findtext(f"{CBC}TaxExemptionReasonCode") == "VATEX-EU-132"


def test_what_is_not_paid_yet_is_due(shop):
    placed = sold(shop, ("tea", 1), tender="invoice")

    root = xml(invoiced(placed.id, buyer=buyer(tax_id="")))

    payable = check(root)
    paid = sum(told(root, "LegalMonetaryTotal/.PrepaidAmount"))
    assert payable + paid == Decimal("12.50")
    assert bool(root.findtext(f"{CBC}DueDate")) is (payable > 0)
