"""The scores there are, and what they say of one customer."""

from typing import Final
from uuid import UUID

import ibis
from django.db import connection

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake.facade import run, table
from quanqu.know.customers.contracts import CustomerScoreRow, ScoreDefinition
from quanqu.know.customers.models import Score
from quanqu.know.customers.queries.details import visible_customer
from quanqu.know.customers.rules.scores import tenth_of

_KEY: Final = "customer_key"


def list_score_names() -> dict[str, tuple[float | None, float | None]]:
    """Return the scores by name with their bounds: what rules may speak of."""
    found = Score.objects.order_by("name").values_list("name", "low", "high")
    return {name: (low, high) for name, low, high in found}


def list_scores(*, actor: Actor) -> tuple[ScoreDefinition, ...]:
    """Return the scores by name, with how many customers in scope have a number in the lake; to
    who does not see everything only those that somebody in scope has.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    rows = _scored_in(scope)
    counted = rows.group_by("score").aggregate(customers=rows.count())
    reach = {row["score"]: row["customers"] for row in run(counted).to_pylist()}
    return tuple(
        ScoreDefinition(
            row.name,
            row.meaning,
            row.owner,
            row.low,
            row.high,
            row.version,
            row.scored_at,
            reach.get(row.name, 0),
        )
        for row in Score.objects.order_by("name")
        if scope.everything or row.name in reach
    )


def list_customer_scores(*, actor: Actor, customer_id: UUID) -> tuple[CustomerScoreRow, ...]:
    """Return what the scores say of one customer, by name: the latest number of its identifiers.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    customer = visible_customer(scope=scope, customer_id=customer_id)
    with connection.cursor() as cursor:
        cursor.execute(_OF_CUSTOMER, [customer.key])
        rows = sorted(cursor.fetchall())
    tenths = _tenths(scope, customer.key) if rows else {}
    return tuple(
        CustomerScoreRow(name, meaning, value, tenths.get((name, value)), version, at)
        for name, meaning, value, version, at in rows
    )


LATEST: Final = (
    "SELECT DISTINCT ON (i.customer_key, s.score_key) i.customer_key, d.name, s.value, "
    "s.version, s.at, d.meaning FROM customers_scored s "
    "JOIN customers_score d ON d.key = s.score_key "
    "JOIN customers_identifier i ON i.key = s.subject_key WHERE {condition} "
    "ORDER BY i.customer_key, s.score_key, s.at DESC, s.subject_key"
)
_OF_CUSTOMER: Final = (
    "SELECT name, meaning, value, version, at FROM ("  # noqa: S608 - fragments of our own code
    f"{LATEST.format(condition='i.customer_key = %s')}) latest"
)


def _tenths(scope: Scope, customer_key: int) -> dict[tuple[str, float], int]:
    """Return by score and number where a customer stands, as far as the lake has it."""
    rows = _scored_in(scope)
    mine = rows.filter(rows[_KEY] == customer_key)
    mine = mine.select(score="score", own="value")
    beside = rows.inner_join(mine, "score")
    is_before = (beside["value"] > beside["own"]) | (
        (beside["value"] == beside["own"]) & (beside[_KEY] < ibis.literal(customer_key))
    )
    placed = beside.group_by(["score", "own"]).aggregate(
        before=is_before.cast("int64").sum(), everybody=beside.count()
    )
    return {
        (row["score"], row["own"]): tenth_of(row["before"], row["everybody"])
        for row in run(placed).to_pylist()
    }


def _scored_in(scope: Scope) -> ibis.Table:
    rows = table("dim_score")
    if scope.everything:
        return rows
    presence = table("dim_presence")
    seen = presence.filter(presence["place_key"].isin(sorted(scope.places)))
    return rows.semi_join(seen, _KEY)
