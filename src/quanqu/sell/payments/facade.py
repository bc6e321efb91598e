"""What sell.payments offers."""

from quanqu.sell.payments.actions.accounts import save_account
from quanqu.sell.payments.actions.carrying import (
    carry_out,
    list_due,
    queue_due,
    refresh_payment,
)
from quanqu.sell.payments.actions.changing import capture_payment, refund_payment, void_payment
from quanqu.sell.payments.actions.checking import check_account_keys
from quanqu.sell.payments.actions.deciding import decide_refund
from quanqu.sell.payments.actions.differences import (
    close_difference,
    note_difference,
    reopen_difference,
    save_terms,
)
from quanqu.sell.payments.actions.handing import move_payments
from quanqu.sell.payments.actions.importing import import_statement
from quanqu.sell.payments.actions.learning import learn_means
from quanqu.sell.payments.actions.notices import take_notice
from quanqu.sell.payments.actions.reconciling import queue_reconciliations, reconcile_company
from quanqu.sell.payments.actions.starting import start_payment, start_payments
from quanqu.sell.payments.queries.accounts import list_accounts
from quanqu.sell.payments.queries.deciding import (
    count_refused_refunds,
    find_decision,
    get_refused_refund,
    list_refused_refunds,
    open_refunds,
)
from quanqu.sell.payments.queries.differences import (
    count_differences,
    get_difference,
    list_differences,
    list_payment_lines,
    list_settled_days,
)
from quanqu.sell.payments.queries.offers import find_domain_association, list_offers
from quanqu.sell.payments.queries.payments import (
    count_payments,
    get_payment,
    get_payments,
    list_entries,
    list_operations,
    list_payments,
    refund_plan,
)
from quanqu.sell.payments.queries.statements import (
    get_statement,
    get_terms,
    iterate_rejects,
    list_lines,
    list_rejects,
    list_statements,
    list_terms,
)
from quanqu.sell.payments.registry import get_tender, list_tenders, register_tender

__all__ = [
    "capture_payment",
    "carry_out",
    "check_account_keys",
    "close_difference",
    "count_differences",
    "count_payments",
    "count_refused_refunds",
    "decide_refund",
    "find_decision",
    "find_domain_association",
    "get_difference",
    "get_payment",
    "get_payments",
    "get_refused_refund",
    "get_statement",
    "get_tender",
    "get_terms",
    "import_statement",
    "iterate_rejects",
    "learn_means",
    "list_accounts",
    "list_differences",
    "list_due",
    "list_entries",
    "list_lines",
    "list_offers",
    "list_operations",
    "list_payment_lines",
    "list_payments",
    "list_refused_refunds",
    "list_rejects",
    "list_settled_days",
    "list_statements",
    "list_tenders",
    "list_terms",
    "move_payments",
    "note_difference",
    "open_refunds",
    "queue_due",
    "queue_reconciliations",
    "reconcile_company",
    "refresh_payment",
    "refund_payment",
    "refund_plan",
    "register_tender",
    "reopen_difference",
    "save_account",
    "save_terms",
    "start_payment",
    "start_payments",
    "take_notice",
    "void_payment",
]
