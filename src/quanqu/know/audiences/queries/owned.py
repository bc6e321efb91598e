"""What other rooms of know work out of the same parts: events by customer, and rules resolved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import json_text, table
from quanqu.know.audiences.contracts import EventRule, Leaf
from quanqu.know.audiences.queries.event_sets import inside, met
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.resolving import resolve
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.reading import leaves, parse


def compile_events(*, rule: EventRule, scope: Scope, as_of: date) -> ir.Table:
    """Return the events that an event rule looks at, with whose they are: customer_key, event_key,
    occurred_at, place_key, and `value`, the rule's `of` as it is stored (properties as text).

    What the rule measures and compares plays no part; without `of` the value is null.
    """
    question = Question(as_of, scope)
    events = question.events
    wanted = [events["event"] == rule.event, *inside(events, rule.window, question)]
    wanted += met(events, rule.where, as_of)
    chosen = events.filter(wanted)
    kept = chosen.select(
        "subject_key", "event_key", "occurred_at", "place_key", value=_value(chosen, rule.of)
    )
    owned = kept.inner_join(table("dim_identity"), "subject_key")
    return owned.select(KEY, "event_key", "occurred_at", "place_key", "value")


def list_rules(*, definition: Mapping[str, Any], scope: Scope) -> tuple[Leaf, ...]:
    """Return every rule of a definition, those of the audiences it speaks of too, in order.

    Raises: DefinitionError.
    """
    return tuple(rule for _, rule in leaves(resolve(parse(definition).match, scope)))


def _value(events: ir.Table, of: str | None) -> ir.Value:
    if of is None:
        return ibis.null("string")
    if of.startswith(PROPERTIES):
        return json_text(events["properties"], of[len(PROPERTIES) :])
    return events[of]
