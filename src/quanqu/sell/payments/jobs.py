"""What payments do by themselves: providers are asked, and asked again."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.jobs.facade import job, periodic
from quanqu.sell.payments.facade import (
    carry_out,
    learn_means,
    queue_due,
    queue_reconciliations,
    reconcile_company,
)

__all__ = ["ask_provider", "ask_providers", "learn", "reconcile", "reconcile_all"]


@job(name="payments.carry_out")
def ask_provider(*, operation_id: str, now: datetime) -> str:
    """Ask a provider for one operation."""
    return "asked" if carry_out(operation_id=UUID(operation_id), now=now) else ""


@job(name="payments.learn_means")
def learn(*, payment_id: str, now: datetime) -> str:
    """Ask a provider by what means a payment was made."""
    del now
    return "learned" if learn_means(payment_id=UUID(payment_id)) else ""


@periodic(name="payments.queue_due", cron="*/2 * * * * *")
def ask_providers(*, now: datetime) -> int:
    """Have all that is due asked for: unanswered, waiting for the shopper, left by a crash."""
    return queue_due(now=now)


@job(name="payments.reconcile")
def reconcile(*, company_key: int, now: datetime) -> str:
    """Match the statements of a company with its ledger."""
    reconcile_company(company_key=company_key, now=now)
    return "reconciled"


@periodic(name="payments.reconcile_all", cron="17 * * * *")
def reconcile_all(*, now: datetime) -> int:
    """Have every company reconciled hourly: days pass, and what waits becomes a difference."""
    del now
    return queue_reconciliations()
