"""Reads of retention: rules, runs, and how many events have been taken away by it."""

from django.db.models import Sum
from django.db.models.functions import Coalesce

from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import RetentionRule, RetentionRun
from quanqu.know.timeline.models import Removal, RetentionRuleRow, RetentionRunRow


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
