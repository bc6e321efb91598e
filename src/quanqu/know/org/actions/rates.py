"""Record exchange rates."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import Rate
from quanqu.know.org.models import ExchangeRate
from quanqu.know.org.rules import check_rate, read_rates


@transaction.atomic
def record_rates(*, actor: Actor, rates: Sequence[Rate], now: datetime) -> int:
    """Record dated rates; a day recorded before takes the new rate. Returns how many there were.

    Rates are the group's, so this takes `org.manage` over all of it.
    Raises: NotAllowedError, OrgInputError.
    """
    if not actor.scope("org.manage").everything:
        raise NotAllowedError(permission="org.manage")
    rows = [
        ExchangeRate(
            currency=rate.currency,
            to_currency=rate.to_currency,
            valid_on=rate.valid_on,
            rate=rate.rate,
            source=rate.source,
            recorded_at=now,
        )
        for rate in map(check_rate, rates)
    ]
    ExchangeRate.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["currency", "to_currency", "valid_on"],
        update_fields=["rate", "source", "recorded_at"],
    )
    if rows:
        after = {"rates": len(rows), "sources": sorted({row.source for row in rows})}
        record(actor=actor, action="org.record_rates", subject="rates", after=after, now=now)
    return len(rows)


def record_rates_file(*, actor: Actor, text: str, source: str, now: datetime) -> int:
    """Record every rate of a CSV file or none: currency, to_currency, valid_on, rate.

    Raises: RateFileError, NotAllowedError.
    """
    return record_rates(actor=actor, rates=read_rates(text, source=source), now=now)
