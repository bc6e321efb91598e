"""The laws of payments: money is conserved, and every payment is of a place."""

from quanqu.infra.laws.facade import law
from quanqu.sell.payments.queries.laws import (
    beyond_the_promise,
    matched_otherwise,
    strayed_payments,
    unaccounted_cents,
    unlike_the_ledger,
    unlike_what_is_under_way,
)

law(
    "L2.payments_within_promises",
    "Refunds never exceed captures, nor captures what was authorised.",
    beyond_the_promise,
)
law("L2.payments_are_the_ledger", "A payment's figures sum up its entries.", unlike_the_ledger)
law(
    "L2.payments_under_way",
    "What is set aside of a payment is asked of its provider.",
    unlike_what_is_under_way,
)
law(
    "L2.payments_settled",
    "Every captured cent is matched with its provider, waiting within its days, or listed.",
    unaccounted_cents,
)
law(
    "L2.payments_told_alike",
    "Every line of a provider says what the ledger says, or is listed.",
    matched_otherwise,
)
law("L9.payments_of_a_place", "Every payment is of a place's company.", strayed_payments)
