"""Ledgers of a provider's account and statements of it, for tests."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.builders.org import make_company, make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.money import Money
from quanqu.sell.payments.actions.accounts import SECRETS
from quanqu.sell.payments.contracts import (
    DifferenceFilters,
    StatementDraft,
    StatementFormat,
)
from quanqu.sell.payments.facade import import_statement, list_differences, reconcile_company
from quanqu.sell.payments.models import Account, Entry, Payment, Terms

DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
COLUMNS = (
    "balance_transaction_id", "created_utc", "currency", "gross", "fee", "net",
    "reporting_category", "source_id", "charge_id", "payment_intent_id", "payout_id",
)  # fmt: skip


def minor(text, currency="EUR"):
    return Money.parse(text, currency).minor


def make_account(provider="stripe", code="north", **terms):
    """Make a company with a place and an account of a provider."""
    place = make_place(company=make_company(code))
    return add_account(place, provider, **terms), place


def add_account(place, provider="stripe", code="main", **terms):
    """Give a place's company an account of a provider."""
    account = Account.objects.create(
        company_key=place.company_key, code=code, provider=provider, settings={}, secret_names=[],
        secrets_enc=encrypt("{}", purpose=SECRETS), is_test=True, created_at=DAY, changed_at=DAY,
    )  # fmt: skip
    if terms:
        Terms.objects.create(account=account, **terms)
    return account


def make_payment(account, place, *entries, currency="EUR", ref="pi_1", at=DAY, payment_id=None):
    """Write a payment with its entries: (kind, amount, the provider's number)."""
    taken = sum(amount for kind, amount, _ in entries if kind == "capture")
    back = sum(amount for kind, amount, _ in entries if kind == "refund")
    row = Payment.objects.create(
        id=payment_id or uuid4(), company_key=place.company_key, place_key=place.key,
        account_key=account.key, reference="order-1", tender="card", capture="at_once",
        currency=currency, amount_minor=taken, state="captured", authorised_minor=taken,
        captured_minor=taken, refunded_minor=back, provider_ref=ref, created_at=at, changed_at=at,
    )  # fmt: skip
    for kind, amount, name in [("authorisation", taken, ""), *entries]:
        Entry.objects.create(
            payment=row, account_key=account.key, operation_id=uuid4(), kind=kind,
            amount_minor=amount, currency=currency, provider_id=name, at=at, actor="system",
        )  # fmt: skip
    return row


def stripe_file(*rows, anchor=DAY):
    """Write a report of balance transactions, after one of no payment that opens the account."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    first = {"reporting_category": "topup", "gross": "0.00", "source_id": "tu_1"}
    for number, row in enumerate([first, *rows]):
        fee = row.get("fee", "0.00")
        net = row["gross"]
        if net != "x":
            net = Money(minor(net) - minor(fee), "EUR").amount
        told = {
            "balance_transaction_id": f"txn_{uuid4().hex}" if number else "txn_anchor",
            "created_utc": anchor.strftime("%Y-%m-%d %H:%M:%S"), "currency": "eur",
            "fee": fee, "net": net, "payment_intent_id": "",
        }  # fmt: skip
        writer.writerow(told | row)
    return out.getvalue().encode()


def take_in(account, content, form=StatementFormat.STRIPE_BALANCE, *, days=0, **changes):
    """Import a statement some days after the first."""
    fields = {
        "company_key": account.company_key, "form": form, "file_name": "statement.csv",
        "account_id": account.id,
    }  # fmt: skip
    return import_statement(
        actor=SYSTEM, draft=StatementDraft(**(fields | changes)), file=io.BytesIO(content),
        now=DAY + timedelta(days=days),
    )  # fmt: skip


def reconcile(account, *, days):
    reconcile_company(company_key=account.company_key, now=DAY + timedelta(days=days))


def differing(account, *states):
    """Return what is listed, oldest first: (kind, expected, found)."""
    filters = DifferenceFilters(states=frozenset(states))
    found = list_differences(actor=SYSTEM, filters=filters, limit=200).items
    return [
        (one.kind.value, one.expected_minor, one.found_minor)
        for one in reversed(found)
        if one.account_key == account.key
    ]
