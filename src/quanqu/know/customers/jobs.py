"""Background entries of customers, and what they hear of places."""

from datetime import datetime

from quanqu.infra.jobs.facade import job
from quanqu.infra.outbox.facade import on
from quanqu.know.customers.facade import (
    ACTIVATE_JOB,
    REWEIGH_JOB,
    locate_customers,
    reweigh_identifiers,
    run_activation,
)
from quanqu.know.org.contracts import PlacesLocated


@job(name=ACTIVATE_JOB)
def activate_rules(*, version: int, now: datetime) -> int:
    """Put a version of the identity rules in force; return how many customers changed."""
    return run_activation(version=version, now=now)


@job(name=REWEIGH_JOB)
def reweigh(*, subject_keys: list[int], now: datetime) -> int:
    """Decide again about identifiers whose neighbours were erased; return how many are there."""
    return reweigh_identifiers(subject_keys=subject_keys, now=now)


@on(PlacesLocated)
def locate_anew(event: PlacesLocated, *, now: datetime) -> None:
    """Work out again which places customers are near to."""
    del event, now
    locate_customers()
