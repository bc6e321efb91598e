"""Reads of retention: rules, runs, and how many events have been taken away by it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
from django.db.models import Sum
from django.db.models.functions import Coalesce

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.contracts import RetentionPreview, RetentionRule, RetentionRun
from quanqu.know.timeline.models import Removal, RetentionRuleRow, RetentionRunRow
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.rules.retention import exceptions_of


def list_retention_rules(*, actor: Actor) -> tuple[RetentionRule, ...]:
    """Return the rules in force."""
    actor.require("timeline.view")
    return rules_in_force()


def list_retention_runs(*, actor: Actor, limit: int = 50) -> tuple[RetentionRun, ...]:
    """Return what the rules took away, the newest run first."""
    actor.require("timeline.view")
    rows = RetentionRunRow.objects.order_by("-key")[:limit]
    return tuple(
        RetentionRun(
            RetentionRule(row.days, row.source, row.event),
            row.before,
            row.removed or 0,
            row.ran_at,
            row.removed is not None,
        )
        for row in rows
    )


def preview_retention(*, actor: Actor, now: datetime) -> tuple[RetentionPreview, ...]:
    """Return each rule with how many events it would take away now."""
    actor.require("timeline.view")
    rules = rules_in_force()
    if not rules:
        return ()
    events = lake.table(TABLE)
    days = [now.date() - timedelta(days=rule.days) for rule in rules]
    counts = {
        f"r{at}": is_past(events, rule, rules, day).sum().fill_null(0)
        for at, (rule, day) in enumerate(zip(rules, days, strict=True))
    }
    old = events.filter(events.part <= f"{max(days):%Y%m}")
    found = lake.run(old.aggregate(**counts)).to_pylist()[0]
    return tuple(RetentionPreview(rule, int(found[f"r{at}"])) for at, rule in enumerate(rules))


def is_past(
    events: ir.Table, rule: RetentionRule, rules: Sequence[RetentionRule], before: date
) -> ir.BooleanValue:
    """Return whether an event is from before a day and a rule, and none more particular, is its."""
    held = (events.day < ibis.literal(before)) & _mine(events, rule)
    for other in exceptions_of(rule, rules):
        held &= ~_mine(events, other)
    return held


def told_of(rule: RetentionRule) -> dict[str, str]:
    """Return the columns that a rule speaks of, with their values."""
    told = {"source": rule.source, "event": rule.event}
    return {name: value for name, value in told.items() if value}


def _mine(events: ir.Table, rule: RetentionRule) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(True)
    for name, value in told_of(rule).items():
        found = found & (events[name] == value)
    return found


def rules_in_force() -> tuple[RetentionRule, ...]:
    """Return the rules by source and event."""
    rows = RetentionRuleRow.objects.order_by("source", "event")
    return tuple(RetentionRule(row.days, row.source, row.event) for row in rows)


def removed_on_purpose() -> int:
    """Return how many settled events retention and erasures have taken out of the lake.

    Of one that is under way, or was killed, all that it is to take counts.
    """
    gone = Sum(Coalesce("removed", "expected"))
    return sum(
        int(model.objects.aggregate(all=gone)["all"] or 0) for model in (RetentionRunRow, Removal)
    )
