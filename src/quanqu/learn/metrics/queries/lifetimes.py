"""Cohorts and RFM within the actor's scope."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run, table
from quanqu.kernel.money import Money
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import (
    BestCustomer,
    BestCustomers,
    Cell,
    Cohort,
    CohortTable,
    Provenance,
    RfmGroup,
    RfmSegment,
    RfmTable,
)
from quanqu.learn.metrics.metrics.lifetimes import (
    best_customers,
    cohort_activity,
    rfm_groups,
    visits,
)
from quanqu.learn.metrics.metrics.words import SEGMENT_NAMES
from quanqu.learn.metrics.queries.cache import remembered
from quanqu.learn.metrics.queries.extent import extent_of
from quanqu.learn.metrics.queries.sight import as_of, sight_of
from quanqu.learn.metrics.rules.lifetimes import shape_cohorts
from quanqu.learn.metrics.rules.rfm import FIFTHS, segment

_READ = ("fact_order", "dim_identity")
_CUSTOMERS = "dim_customer"


def get_cohorts(
    *, actor: Actor, now: datetime, places: frozenset[int] | None = None
) -> CohortTable:
    """Return how many customers of each month of first order came back in each later month.

    The whole history within the actor's scope.  Raises: NotAllowedError.
    """
    sight = sight_of(actor, places, _READ)

    def work() -> tuple[Cohort, ...]:
        return cohorts_from(run(cohort_activity(visits(sight.tables))).to_pylist())

    cohorts = remembered(("cohorts", sight), work)
    reach = extent_of(actor, places, now)
    provenance = Provenance(as_of(now, _READ), sight.version, has_simulated=reach.has_simulated)
    return CohortTable(cohorts, reach.data, provenance)


def cohorts_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Cohort, ...]:
    """Return the cohorts of the rows of `cohort_activity`."""
    counts, repeaters = {}, {}
    for row in rows:
        counts[row["cohort_on"], row["month_no"]] = row["customers"]
        if not row["month_no"]:
            repeaters[row["cohort_on"]] = row["repeaters"]
    return shape_cohorts(counts, repeaters)


def get_best_customers(
    *,
    actor: Actor,
    period: Period,
    now: datetime,
    places: frozenset[int] | None = None,
    limit: int = 20,
) -> BestCustomers:
    """Return who spent most in a period within the actor's scope, `limit` a currency.

    Raises: NotAllowedError.
    """
    read = (*_READ, _CUSTOMERS)
    sight = sight_of(actor, places, read)
    rows = remembered(
        ("best", sight, period, limit),
        lambda: run(best_customers(sight.tables, table(_CUSTOMERS), period, limit)).to_pylist(),
    )
    found = [
        BestCustomer(
            rank=row["place"] + 1,
            customer_id=row["customer_id"] or "",
            gross_sales=Money(row["gross"], row["currency"]),
            orders=row["order_count"],
            last_order_on=row["last_on"],
            share_rate=row["gross"] / row["of_all"] if row["of_all"] else 0.0,
        )
        for row in sorted(rows, key=lambda row: (row["currency"], row["place"]))
    ]
    currencies = tuple(sorted({row["currency"] for row in rows}))
    labelled = extent_of(actor, places, now).has_simulated
    provenance = Provenance(as_of(now, read), sight.version, currencies, has_simulated=labelled)
    return BestCustomers(period, tuple(found), provenance)


def get_rfm(
    *, actor: Actor, period: Period, now: datetime, places: frozenset[int] | None = None
) -> RfmTable:
    """Return the customers of a period by recency, frequency and money, as segments and a grid.

    Recency counts days to the last day of the period.  Raises: NotAllowedError.
    """
    sight = sight_of(actor, places, _READ)
    rows = remembered(
        ("rfm", sight, period), lambda: run(rfm_groups(sight.tables, period)).to_pylist()
    )
    grid = [[0] * FIFTHS for _ in range(FIFTHS)]
    members: dict[RfmSegment, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grid[row["recency"] - 1][row["frequency"] - 1] += row["customers"]
        members[segment(row["recency"], row["frequency"], row["money"])].append(row)
    return RfmTable(
        as_of_on=period.last,
        customers=sum(row["customers"] for row in rows),
        groups=tuple(_group(one, members[one]) for one in RfmSegment),
        grid=tuple(map(tuple, grid)),
        provenance=Provenance(
            as_of(now, _READ),
            sight.version,
            tuple(sorted({row["currency"] for row in rows})),
            has_simulated=extent_of(actor, places, now).has_simulated,
        ),
    )


def _group(one: RfmSegment, rows: list[Mapping[str, Any]]) -> RfmGroup:
    customers = sum(row["customers"] for row in rows)
    spent: dict[str, int] = defaultdict(int)
    for row in rows:
        spent[row["currency"]] += row["gross"]
    return RfmGroup(
        segment=one,
        name=str(SEGMENT_NAMES[one]),
        customers=customers,
        mean_recency_days=sum(row["days"] for row in rows) / (customers or 1),
        mean_orders=sum(row["orders"] for row in rows) / (customers or 1),
        gross_sales=tuple(Cell(currency, spent[currency]) for currency in sorted(spent)),
    )
