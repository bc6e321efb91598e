"""What payments do by themselves: providers are asked, and asked again."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.jobs.facade import job, periodic
from quanqu.sell.payments.facade import carry_due, carry_out

__all__ = ["ask_provider", "ask_providers"]


@job(name="payments.carry_out")
def ask_provider(*, operation_id: str, now: datetime) -> str:
    """Ask a provider for one operation."""
    return "asked" if carry_out(operation_id=UUID(operation_id), now=now) else ""


@periodic(name="payments.carry_due", cron="*/2 * * * * *")
def ask_providers(*, now: datetime) -> int:
    """Ask for all that is due: not answered, waiting for the shopper, left behind by a crash."""
    return carry_due(now=now)
