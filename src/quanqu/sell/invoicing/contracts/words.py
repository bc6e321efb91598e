"""The words of invoices: kinds, regimes, who buys, how tax treats a line and is rounded."""

from enum import StrEnum
from typing import Final

__all__ = [
    "LARGEST_ROWS",
    "BuyerKind",
    "InvoiceKind",
    "LineKind",
    "Regime",
    "Rounding",
    "TaxTreatment",
]

LARGEST_ROWS: Final = 20_000
"""The most rows of a file of tax rules or items."""


class InvoiceKind(StrEnum):
    """What an invoice does.

    blue: it charges a sale.  red: it takes back a blue one, or a part of it (a red-letter invoice,
    红字发票; a credit note, UNTDID 1001 code 381).
    """

    BLUE = "blue"
    RED = "red"


class Regime(StrEnum):
    """Whose fields an invoice carries: those of a fapiao, or of EN 16931."""

    FAPIAO = "fapiao"
    EN16931 = "en16931"


class BuyerKind(StrEnum):
    """Who the invoice is made out to: a person, or a company with a number of its own."""

    PERSONAL = "personal"
    COMPANY = "company"


class Rounding(StrEnum):
    """Where tax is rounded to minor units: on each line, or once for each rate of the document."""

    LINE = "line"
    DOCUMENT = "document"


class TaxTreatment(StrEnum):
    """How value added tax treats a sale: the codes of UNCL5305 that EN 16931 allows (BT-118).

    S: at a rate, standard or reduced.  Z: at zero.  E: exempt.  AE: the buyer owes it.  K: to
    another member state.  G: exported.  O: outside of the tax.
    """

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE = "O"


class LineKind(StrEnum):
    """What a line of an invoice charges: goods, their delivery, or what was kept of a return."""

    GOODS = "goods"
    SHIPPING = "shipping"
    FEE = "fee"
