"""Words of invoices: kinds, buyers, regimes, treatments, rounding."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.sell.invoicing.contracts import (
    BuyerKind,
    InvoiceKind,
    InvoiceRow,
    LineKind,
    Regime,
    Rounding,
    TaxTreatment,
)

__all__ = ["BUYERS", "KINDS", "LINES", "REGIMES", "ROUNDINGS", "TREATMENTS", "invoice_chip"]

KINDS: Final[dict[InvoiceKind, tuple[Promise, Tone, str]]] = {
    InvoiceKind.BLUE: (_("Blue invoice"), "info", "receipt-text"),
    InvoiceKind.RED: (_("Red invoice"), "bad", "rotate-ccw"),
}
BUYERS: Final[dict[BuyerKind, Promise]] = {
    BuyerKind.COMPANY: pgettext_lazy("buyer of an invoice", "Company"),
    BuyerKind.PERSONAL: pgettext_lazy("buyer of an invoice", "Person"),
}
REGIMES: Final[dict[Regime, Promise]] = {
    Regime.FAPIAO: _("Fapiao (China)"),
    Regime.EN16931: _("EN 16931 (European Union)"),
}
ROUNDINGS: Final[dict[Rounding, Promise]] = {
    Rounding.LINE: _("On each line"),
    Rounding.DOCUMENT: _("Once for each rate"),
}
LINES: Final[dict[LineKind, Promise]] = {
    LineKind.GOODS: _("Goods"),
    LineKind.SHIPPING: _("Delivery"),
    LineKind.FEE: _("Fee kept of a return"),
}
TREATMENTS: Final[dict[TaxTreatment, Promise]] = {
    TaxTreatment.STANDARD: _("Taxed at a rate"),
    TaxTreatment.ZERO: _("Taxed at zero"),
    TaxTreatment.EXEMPT: _("Exempt"),
    TaxTreatment.REVERSE_CHARGE: _("The buyer owes the tax"),
    TaxTreatment.INTRA_COMMUNITY: _("Sold to another member state"),
    TaxTreatment.EXPORT: _("Exported"),
    TaxTreatment.OUTSIDE: _("Outside of the tax"),
}


def invoice_chip(row: InvoiceRow) -> Cell:
    """Return what an invoice is now, as a chip."""
    if row.is_replaced:
        return chip(str(_("Taken back")), "hollow", "x")
    if row.reversed_minor:
        is_whole = row.reversed_minor == row.gross_minor
        words = _("Taken back") if is_whole else _("Partly taken back")
        return chip(str(words), "warn", "rotate-ccw")
    title, tone, mark = KINDS[row.kind]
    return chip(str(title), tone, mark)
