"""Keep rules of retention, and take out of the lake what is older than they allow.

A run counts what it is about to remove, commits that, removes, and notes what went: a run that
was killed is finished by the next, and the law of the timeline still adds up.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
from django.db import connection, transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.contracts import RetentionRule
from quanqu.know.timeline.models import RetentionRuleRow, RetentionRunRow
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.retention import rules_in_force
from quanqu.know.timeline.queries.rights import require_whole_group
from quanqu.know.timeline.rules.retention import check_rules, exceptions_of

RETAIN_JOB: Final = "timeline.retain"
_LOCK: Final = 7_204_103


@transaction.atomic
def put_retention_rules(
    *, actor: Actor, rules: Sequence[RetentionRule], now: datetime
) -> tuple[RetentionRule, ...]:
    """Put rules in force in place of those before; they are applied with the next nightly run.

    Raises: RetentionInputError, NotAllowedError.
    """
    require_whole_group(actor)
    sound = check_rules(rules)
    before = rules_in_force()
    RetentionRuleRow.objects.all().delete()
    RetentionRuleRow.objects.bulk_create(
        RetentionRuleRow(source=rule.source, event=rule.event, days=rule.days) for rule in sound
    )
    audit.record(
        actor=actor,
        action="timeline.put_retention_rules",
        subject="timeline",
        now=now,
        before={"rules": [_words(rule) for rule in before]},
        after={"rules": [_words(rule) for rule in sound]},
    )
    return rules_in_force()


def apply_retention(*, now: datetime) -> int:
    """Remove what is older than the rules allow and return how many events went.

    Files without those rows replace the files with them; the old ones are deleted by the nightly
    tidying a day later.  Only one process does this at a time: others return 0.
    """
    if not _take_turn():
        return 0
    try:
        for row in RetentionRunRow.objects.filter(removed__isnull=True).order_by("key"):
            _finish(row)
        rules = rules_in_force()
        return sum(_apply(rule, rules, now) for rule in rules)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _apply(rule: RetentionRule, rules: Sequence[RetentionRule], now: datetime) -> int:
    before = now.date() - timedelta(days=rule.days)
    expected = _count(rule, rules, before)
    if not expected:
        return 0
    row = RetentionRunRow.objects.create(
        source=rule.source,
        event=rule.event,
        days=rule.days,
        before=before,
        expected=expected,
        ran_at=now,
    )
    return _finish(row)


def _finish(row: RetentionRunRow) -> int:
    """Remove the rows of a run; what is already gone was removed by it before it was killed."""
    rule = RetentionRule(row.days, row.source, row.event)
    rules = rules_in_force()
    left = _count(rule, rules, row.before)
    gone = _remove(rule, rules, row.before) if left else 0
    row.removed = max(row.expected - left, 0) + gone
    row.save(update_fields=["removed"])
    return int(row.removed)


def _count(rule: RetentionRule, rules: Sequence[RetentionRule], before: date) -> int:
    events = lake.table(TABLE)
    old = events.filter(
        events.part <= f"{before:%Y%m}", events.day < ibis.literal(before), _mine(events, rule)
    )
    for other in exceptions_of(rule, rules):
        old = old.filter(~_mine(old, other))
    return int(lake.run(old.aggregate(count=old.count()))["count"][0].as_py())


def _remove(rule: RetentionRule, rules: Sequence[RetentionRule], before: date) -> int:
    return lake.delete_older(
        name=TABLE,
        day_column="day",
        before=before,
        month_column="part",
        matching=_equal(rule),
        except_matching=[_equal(other) for other in exceptions_of(rule, rules)],
    )


def _mine(events: ir.Table, rule: RetentionRule) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(True)
    for name, value in _equal(rule).items():
        found = found & (events[name] == value)
    return found


def _equal(rule: RetentionRule) -> dict[str, str]:
    told = {"source": rule.source, "event": rule.event}
    return {name: value for name, value in told.items() if value}


def _take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _words(rule: RetentionRule) -> str:
    return f"{rule.source or '*'} / {rule.event or '*'}: {rule.days} days"
