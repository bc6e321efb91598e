"""What versions decide without acting: in shadow beside the one in force, and over past orders."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.sourcing.contracts import Question, QuestionError, ShadowSummary
from quanqu.sell.sourcing.queries.places import nodes_of
from quanqu.sell.sourcing.queries.rights import VIEW
from quanqu.sell.sourcing.queries.stock import stock_for
from quanqu.sell.sourcing.queries.versions import acting, version_row
from quanqu.sell.sourcing.rules.choosing import Choice, choose, keeps_nothing, merged
from quanqu.sell.sourcing.rules.reading import read_profile
from quanqu.sell.sourcing.rules.weighing import Stock

__all__ = ["MOST_SIMULATED", "simulate", "summarise_shadow"]

MOST_SIMULATED: Final = 1_000

_SUMMED: Final = (
    "SELECT count(*), count(*) FILTER (WHERE is_same), "
    "count(*) FILTER (WHERE NOT acted_is_filled), count(*) FILTER (WHERE NOT is_filled), "
    "sum(acted_parcels) FILTER (WHERE both_), sum(jsonb_array_length(parcels)) FILTER (WHERE both_)"
    ", sum(acted_cost_minor) FILTER (WHERE both_), sum(cost_minor) FILTER (WHERE both_), "
    "sum(acted_km) FILTER (WHERE both_), sum(km) FILTER (WHERE both_) "
    "FROM (SELECT *, acted_is_filled AND is_filled AS both_ FROM sourcing_shadow "
    "WHERE version_id = %s) s"
)


@dataclass(slots=True)
class _Side:
    """What one of two versions comes to."""

    unfilled: int = 0
    parcels: int = 0
    cost_minor: int = 0
    km: int = 0

    def add(self, choice: Choice, *, both: bool) -> None:
        """Count a choice; sums only where both fill the order."""
        self.unfilled += bool(choice.unfilled)
        if both:
            self.parcels += len(choice.parcels)
            self.cost_minor += sum(choice.cost_minor)
            self.km += sum(km or 0 for km in choice.km)


def summarise_shadow(*, actor: Actor, version_id: UUID) -> ShadowSummary:
    """Return what a version decided in shadow beside what was done.

    Raises: NotAllowedError, ProfileNotFoundError.
    """
    row = version_row(actor, version_id, VIEW)
    with connection.cursor() as cursor:
        cursor.execute(_SUMMED, [row.key])
        return ShadowSummary(*(int(one or 0) for one in cursor.fetchone()))


def simulate(
    *, actor: Actor, version_id: UUID, questions: Sequence[Question], now: datetime
) -> ShadowSummary:
    """Return what a version would decide of past orders beside the one in force, on stock as it
    is now; each order finds the same stock, and nothing is held.  One that could not be sourced at
    all (more items than one order may have, a value below nothing) is left out.

    Raises: NotAllowedError, ProfileNotFoundError; QuestionError for more than MOST_SIMULATED orders
    or one of another company.
    """
    row = version_row(actor, version_id, VIEW)
    if len(questions) > MOST_SIMULATED:
        raise QuestionError(line=1, problem=f"at most {MOST_SIMULATED} orders are simulated")
    if any(one.company_key != row.company_key for one in questions):
        raise QuestionError(line=1, problem="the order is another company's")
    asked = list(_askable(questions))
    force, other = acting(row.company_key, row.channel), read_profile(row.body)
    nodes = nodes_of(row.company_key, now)
    items = sorted({line.variant_key for one in asked for line in one.lines})
    lines = tuple(line for one in asked for line in one.lines)
    of_item = {line.variant_key: line for line in lines}
    if not asked:
        return ShadowSummary(*[0] * 10)
    everything = stock_for(actor, tuple(of_item[item] for item in items), nodes, now, with_age=True)
    ours, theirs, same = _Side(), _Side(), 0
    for one in asked:
        at = np.searchsorted(np.array(items), [line.variant_key for line in one.lines])
        stock = Stock(everything.available[at], everything.age_days[at])
        mine = choose(force.profile, one, nodes, stock, now)
        yours = choose(other, one, nodes, stock, now)
        both = not mine.unfilled and not yours.unfilled
        ours.add(mine, both=both)
        theirs.add(yours, both=both)
        same += _acts(mine) == _acts(yours)
    return ShadowSummary(
        len(asked), same, ours.unfilled, theirs.unfilled, ours.parcels, theirs.parcels,
        ours.cost_minor, theirs.cost_minor, ours.km, theirs.km,
    )  # fmt: skip


def _askable(questions: Sequence[Question]) -> Iterator[Question]:
    for one in questions:
        with suppress(QuestionError):
            yield replace(one, lines=merged(one.lines))


def _acts(choice: Choice) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return () if keeps_nothing(choice) else choice.parcels
