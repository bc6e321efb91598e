"""The words of what was assumed when a file was guessed at."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.connectors.contracts import GuessNote

__all__ = ["DOUBTFUL", "note_text"]

_WORDS: Final[dict[str, Promise]] = {
    "no_header": _(
        "The file has no row of column names; its columns are named by number. Say what each is."
    ),
    "header_found": _("The column names stand in row %(row)s."),
    "sheet_chosen": _("Read from the sheet “%(sheet)s”. Other sheets: %(others)s."),
    "currency_told": _("Amounts are in %(currency)s, as “%(sign)s” in the file says."),
    "currency_by_row": _("The file has amounts in several currencies: %(signs)s."),
    "currency_assumed": _(
        "The file tells no currency; amounts are taken as %(currency)s, the currency of the place."
    ),
    "day_first_assumed": _(
        "Nothing in “%(column)s” shows whether the day or the month comes first; “%(sample)s” is "
        "read with the day first."
    ),
    "month_first_assumed": _(
        "Nothing in “%(column)s” shows whether the day or the month comes first; “%(sample)s” is "
        "read with the month first."
    ),
    "dates_mixed": _(
        "“%(column)s” has dates with the day first and others with the month first; those that "
        "do not fit the more frequent way are rejected."
    ),
    "orders_by_customer_and_day": _(
        "There is no order number: what one “%(customer)s” bought at one “%(date)s” is one order."
    ),
    "orders_by_row": _(
        "There is no order number: each row is an order of its own, known by a digest of the row."
    ),
    "damaged_ids": _(
        "The numbers in “%(column)s” were cut by a spreadsheet (as in 1.2E+17): different orders "
        "may have become one. Export the file again with that column as text."
    ),
    "amounts_rounded": _(
        "“%(column)s” has more decimals than its currency; each amount is rounded half up."
    ),
    "discount_is_rate": _("“%(column)s” is a rate that is taken off quantity times price."),
    "quantity_in_parts": _(
        "“%(column)s” has fractions (weights or lengths); each line counts as one piece."
    ),
    "known_export": _(
        "The columns are those of an export of %(program)s and are read as it means them."
    ),
    "discount_off": _("The line amount is “%(amount)s” less “%(discount)s”."),
    "refunded_told": _("What “%(column)s” tells was given back, at the date of the order."),
    "returns_found": _("Rows with a negative “%(column)s” are returns."),
    "refunds_found": _("Orders of the state %(words)s were paid and given back."),
    "statuses_unknown": _("These states are not known and count as completed: %(words)s."),
    "sku_is_name": _("There is no product number: the text of “%(column)s” stands in for it."),
    "shipping_within": _("“%(column)s” is taken as a part of the amount paid, not added to it."),
    "shipping_once": _("“%(column)s” is added to each order once."),
    "tax_added": _("“%(tax)s” is added to “%(amount)s”, which is without tax."),
    "total_told": _(
        "“%(column)s” is the total of the order: what its lines do not make up becomes a line of "
        "its own."
    ),
    "total_without_lines": _(
        "Only the total of an order is told (“%(column)s”): its lines have no amounts of their own."
    ),
}
DOUBTFUL: Final = frozenset(
    {"no_header", "currency_assumed", "day_first_assumed", "month_first_assumed", "dates_mixed",
     "damaged_ids", "statuses_unknown", "orders_by_row"}
)  # fmt: skip


def note_text(*, note: GuessNote) -> str:
    """Return a note in the language of the reader."""
    return str(_WORDS[note.code]) % note.values
