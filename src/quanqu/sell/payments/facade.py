"""What sell.payments offers."""

from quanqu.sell.payments.actions.accounts import save_account
from quanqu.sell.payments.actions.carrying import (
    carry_out,
    list_due,
    queue_due,
    refresh_payment,
)
from quanqu.sell.payments.actions.changing import capture_payment, refund_payment, void_payment
from quanqu.sell.payments.actions.notices import take_notice
from quanqu.sell.payments.actions.starting import start_payment, start_payments
from quanqu.sell.payments.queries.accounts import list_accounts
from quanqu.sell.payments.queries.payments import (
    get_payment,
    get_payments,
    list_entries,
    list_payments,
    refund_plan,
)
from quanqu.sell.payments.registry import get_tender, list_tenders, register_tender

__all__ = [
    "capture_payment",
    "carry_out",
    "get_payment",
    "get_payments",
    "get_tender",
    "list_accounts",
    "list_due",
    "list_entries",
    "list_payments",
    "list_tenders",
    "queue_due",
    "refresh_payment",
    "refund_payment",
    "refund_plan",
    "register_tender",
    "save_account",
    "start_payment",
    "start_payments",
    "take_notice",
    "void_payment",
]
