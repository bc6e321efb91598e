"""The words of rejection reasons, in the language of the reader or in both."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from quanqu.doors.connectors.contracts import Reason

__all__ = ["words_of"]

_WORDS: Final[dict[str, Promise | str]] = {
    Reason.MISSING_VALUE: _("A needed value is missing."),
    Reason.NOT_A_NUMBER: _("This is not a number."),
    Reason.NOT_A_WHOLE_NUMBER: _("This is not a whole number."),
    Reason.TOO_MANY_DECIMALS: _("The amount has more decimals than its currency."),
    Reason.NUMBER_TOO_LARGE: _("The number is too large."),
    Reason.NEGATIVE_VALUE: _("The value is negative."),
    Reason.NEGATIVE_PRICE: _("The price is negative."),
    Reason.NOT_A_TIME: _("This is not a date and time in an expected format."),
    Reason.NOT_A_DATE: _("This is not a date in an expected format."),
    Reason.NOT_A_YES_OR_NO: _("This is neither yes nor no."),
    Reason.UNKNOWN_VALUE: _("The mapping does not know this value."),
    Reason.BAD_CURRENCY: _("This is not a currency code."),
    Reason.DUPLICATE_ID: _("The same id came before in this file."),
    Reason.WRONG_COLUMN_COUNT: _("The row has another number of columns than the header."),
    Reason.NO_RULE_MATCHES: _("No rule of the mapping takes this row."),
    Reason.ORPHAN_ROW: _("The row belongs to nothing in this import."),
    Reason.PARENT_REJECTED: _("What the row belongs to was rejected."),
    Reason.NOT_AN_OBJECT: _("This is not a JSON object."),
    Reason.REFUSED_PAYLOAD: _("The channel does not import this kind of record."),
    Reason.UNKNOWN_PAYLOAD: _("The channel does not know this kind of record."),
    Reason.INCOMPLETE_GROUP: _("The file ends within this order; it may be incomplete."),
    "sheet_not_read": _("No mapping reads this sheet."),
    "second_file": _("Another file already plays this part."),
    "unknown_file": _("The channel has no use for this file."),
    "catalog.duplicate_in_batch": _("The same product comes again further down; that row counts."),
    "catalog.missing_external_id": _("The product has no number."),
    "catalog.unknown_status": _("The status is unknown."),
    "catalog.malformed_attributes": _("The attributes cannot be read."),
    "catalog.malformed_options": _("The options cannot be read."),
    "catalog.negative_weight": _("The weight is negative."),
    "timeline.refused": _("The event was refused."),
    "orders.missing_field": _("The order lacks something it needs."),
    "orders.duplicate_in_batch": _("The order comes twice."),
    "orders.unknown_place": _("The place does not belong to this company."),
    "orders.unknown_status": _("The status is unknown."),
    "orders.unknown_currency": _("This is not a currency code."),
    "orders.unknown_kind": _("The kind of line or refund is unknown."),
    "orders.currency_differs": _("A payment is in another currency than its order."),
    "orders.no_lines": _("The order has no lines."),
    "orders.line_without_amount": _("A line has neither amount nor price."),
    "orders.repeated_line": _("A line comes twice."),
    "orders.shipping_differs": _("The shipping told apart differs from the shipping lines."),
    "orders.total_differs": _("The lines do not make the order's total."),
    "orders.negative_amount": _("An amount that cannot be negative is."),
    "orders.amount_too_large": _("An amount is too large."),
    "orders.captures_below_refunds": _("Less was captured than was given back already."),
    "orders.refund_exceeds_captures": _("More would be given back than was captured."),
}
_LANGUAGES: Final = ("en", "zh-hans")


def words_of(reason: str, own: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return a reason's words in both languages; `own` are those of the channel or mapping."""
    if reason in own:
        told = own[reason]
        return {language: told.get(language) or told.get("en", reason) for language in _LANGUAGES}
    text = _WORDS.get(reason)
    if text is None:
        return dict.fromkeys(_LANGUAGES, reason)
    found = {}
    for language in _LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found
