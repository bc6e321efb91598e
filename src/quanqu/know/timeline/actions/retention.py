"""Keep rules of retention, and take out of the lake what is older than they allow.

A run counts what it is about to remove, commits that, removes, and notes what went: a run that
was killed is finished by the next, and the law of the timeline still adds up.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.contracts import RetentionRule
from quanqu.know.timeline.models import RetentionRuleRow, RetentionRunRow
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.retention import is_past, rules_in_force, told_of
from quanqu.know.timeline.queries.rights import require_whole_group
from quanqu.know.timeline.rules.retention import check_rules, exceptions_of

RETAIN_JOB: Final = "timeline.retain"
_LOCK: Final = 7_204_103
_RULES_LOCK: Final = 7_204_105


@transaction.atomic
def put_retention_rules(
    *, actor: Actor, rules: Sequence[RetentionRule], now: datetime
) -> tuple[RetentionRule, ...]:
    """Put rules in force in place of those before; they are applied with the next nightly run.

    Raises: RetentionInputError, NotAllowedError.
    """
    require_whole_group(actor)
    _take_rules()
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


@transaction.atomic
def set_retention_rule(*, actor: Actor, rule: RetentionRule, now: datetime) -> None:
    """Keep the events of a source and a name so many days, whatever another rule says of them.

    Raises: RetentionInputError, NotAllowedError.
    """
    require_whole_group(actor)
    _take_rules()
    others = [one for one in rules_in_force() if _of(one) != _of(rule)]
    put_retention_rules(actor=actor, rules=[*others, rule], now=now)


@transaction.atomic
def remove_retention_rule(*, actor: Actor, source: str, event: str, now: datetime) -> bool:
    """Drop a rule and tell whether there was one: what it was for falls under the others.

    Raises: NotAllowedError.
    """
    require_whole_group(actor)
    _take_rules()
    before = rules_in_force()
    left = [one for one in before if _of(one) != (source, event)]
    if len(left) == len(before):
        return False
    put_retention_rules(actor=actor, rules=left, now=now)
    return True


def _of(rule: RetentionRule) -> tuple[str, str]:
    return rule.source, rule.event


def _take_rules() -> None:
    """Let one transaction at a time change the rules; held until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RULES_LOCK])


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
    old = events.filter(events.part <= f"{before:%Y%m}", is_past(events, rule, rules, before))
    return int(lake.run(old.aggregate(count=old.count()))["count"][0].as_py())


def _remove(rule: RetentionRule, rules: Sequence[RetentionRule], before: date) -> int:
    return lake.delete_older(
        name=TABLE,
        day_column="day",
        before=before,
        month_column="part",
        matching=told_of(rule),
        except_matching=[told_of(other) for other in exceptions_of(rule, rules)],
    )


def _take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _words(rule: RetentionRule) -> str:
    return f"{rule.source or '*'} / {rule.event or '*'}: {rule.days} days"
