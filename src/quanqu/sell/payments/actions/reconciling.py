"""Match what providers and banks tell with the ledger, as sets, and list what differs.

The rules, with worked numbers: docs/rules/settlement.md.  One company at a time: its lock is taken
first, by imports too.
"""

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.db.facade import temp_table
from quanqu.infra.jobs.facade import defer
from quanqu.sell.payments.actions import matching
from quanqu.sell.payments.models import Account, Terms
from quanqu.sell.payments.rules.payouts import Credit, Payout, pair_payouts

__all__ = [
    "RECONCILE_JOB",
    "lock_company",
    "queue_reconciliations",
    "reconcile_company",
    "reconcile_locked",
]

RECONCILE_JOB: Final = "payments.reconcile"
Told = dict[str, int | date | datetime | list[int] | list[str]]
_LOCK_CLASS: Final = 0x706179  # "pay": this room's share of the advisory locks


def lock_company(company_key: int) -> None:
    """Be the only one to match a company's lines until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, company_key])


@transaction.atomic
def reconcile_company(*, company_key: int, now: datetime) -> None:
    """Match what can be matched of a company, and list what differs now."""
    lock_company(company_key)
    reconcile_locked(company_key, now=now)


def queue_reconciliations() -> int:
    """Have every company that has statements reconciled, each by a job of its own."""
    started = Terms.objects.filter(since_on__isnull=False)
    keys = set(started.values_list("account__company_key", flat=True))
    for key in sorted(keys):
        defer(RECONCILE_JOB, once=f"{RECONCILE_JOB}:{key}", company_key=key)
    return len(keys)


def reconcile_locked(company_key: int, *, now: datetime) -> None:
    """Match and compare, under the company's lock."""
    told: Told = {"company": company_key, "today": now.date(), "now": now}
    temp_table(name="payments_unmatched", columns=matching.UNMATCHED)
    temp_table(name="payments_found", columns=matching.FOUND)
    with connection.cursor() as cursor:
        for statement in matching.LINKS:
            cursor.execute(statement, told)
    _pair_payouts(company_key)
    temp_table(name="payments_differing", columns=matching.DIFFERING)
    with connection.cursor() as cursor:
        for statement in (*matching.COMPARISONS, *matching.KEEPING):
            cursor.execute(statement, told)
    accounts = Account.objects.filter(company_key=company_key)
    Terms.objects.filter(account__in=accounts, since_on__isnull=False).update(reconciled_at=now)


def _pair_payouts(company_key: int) -> None:
    """Pair the payouts that have not arrived with the credits that nothing arrived with."""
    with connection.cursor() as cursor:
        cursor.execute(matching.WAITING_PAYOUTS, {"company": company_key})
        payouts = [
            Payout(key, on, amount, currency, (name, own), days)
            for key, on, amount, currency, name, own, days in cursor.fetchall()
        ]
        if not payouts:
            return
        first: date = min(one.on for one in payouts)
        told: Told = {
            "company": company_key,
            "first": first,
            "amounts": sorted({one.amount_minor for one in payouts}),
            "names": sorted({name for one in payouts for name in one.names if name}),
        }
        cursor.execute(matching.FREE_CREDITS, told)
        credits = [Credit(*row) for row in cursor.fetchall()]
        found = pair_payouts(payouts, credits)
        if found:
            keys = {"credits": list(found), "payouts": list(found.values())}
            cursor.execute(matching.PAIR, keys)
