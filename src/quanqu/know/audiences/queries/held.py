"""What one customer has for a rule, as text."""

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import table
from quanqu.know.audiences.contracts import (
    BirthdayRule,
    CatchmentRule,
    DecileRule,
    EventRule,
    Leaf,
    Measure,
    NearRule,
    ProfileRule,
)
from quanqu.know.audiences.queries.conditions import distance_km, profile_text
from quanqu.know.audiences.queries.event_sets import matching_events, measure_number
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.score_sets import score_rows
from quanqu.know.audiences.rules.fields import SCORES


def held_by(mine: ir.Table, rule: Leaf, question: Question) -> ir.Table:
    """Return what one customer has for a rule as text: `held`, the field or the measure.

    `mine` is the customer's one row; a missing field is null, and so is a day without events, and
    what cannot be said in one value.
    """
    if isinstance(rule, ProfileRule | DecileRule):
        if rule.field.startswith(SCORES):
            own = score_rows(rule.field).semi_join(mine, KEY)
            return own.select(held=own["value"].cast("string"))
        return mine.select(held=profile_text(mine, rule.field))
    if isinstance(rule, BirthdayRule):
        return mine.select(held=mine["birth_day"].cast("string"))
    if isinstance(rule, NearRule):
        return mine.select(held=distance_km(mine, rule).round(1).cast("string"))
    if isinstance(rule, CatchmentRule):
        return mine.select(held=_serving(mine, rule))
    if not isinstance(rule, EventRule):
        return mine.select(held=ibis.null("string"))
    subjects = table("dim_identity").semi_join(mine, KEY)
    owned = matching_events(rule, question).semi_join(subjects, "subject_key")
    if rule.measure in (Measure.FIRST, Measure.LAST):
        days = owned["day"]
        value = days.min() if rule.measure is Measure.FIRST else days.max()
    else:
        value = measure_number(owned, rule, question.as_of)
    return owned.aggregate(held=value.cast("string"))


def _serving(mine: ir.Table, rule: CatchmentRule) -> ir.StringValue:
    """Return places by id: those in whose catchment the customer lives, or the nearest store."""
    return mine["nearest_store"] if rule.is_nearest else mine["catchments"].join(",")
