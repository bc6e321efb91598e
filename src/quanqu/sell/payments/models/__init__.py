"""The tables of payments."""

from quanqu.sell.payments.models.deciding import RefundDecisionRow
from quanqu.sell.payments.models.payments import Account, Entry, NoticeRow, Operation, Payment
from quanqu.sell.payments.models.settlement import (
    DifferenceNoteRow,
    DifferenceRow,
    Line,
    Reject,
    Statement,
    Terms,
)

__all__ = [
    "Account",
    "DifferenceNoteRow",
    "DifferenceRow",
    "Entry",
    "Line",
    "NoticeRow",
    "Operation",
    "Payment",
    "RefundDecisionRow",
    "Reject",
    "Statement",
    "Terms",
]
