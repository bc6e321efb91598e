"""Which events a rule of retention is for. Source: docs/rules/retention.md."""

from collections.abc import Sequence
from typing import Final

from quanqu.know.timeline.contracts import RetentionInputError, RetentionRule

MOST_RULES: Final = 200
MAX_DAYS: Final = 36_500


def check_rules(rules: Sequence[RetentionRule]) -> tuple[RetentionRule, ...]:
    """Return rules as they may be stored. Raises: RetentionInputError."""
    if len(rules) > MOST_RULES:
        raise RetentionInputError(field="rules", reason=f"there are at most {MOST_RULES}")
    seen = set()
    for at, rule in enumerate(rules, 1):
        if not 1 <= rule.days <= MAX_DAYS:
            raise RetentionInputError(field=f"rule {at}", reason=f"days are 1 to {MAX_DAYS}")
        if len(rule.event) > 256 or len(rule.source) > 64 or "\0" in rule.event + rule.source:
            raise RetentionInputError(field=f"rule {at}", reason="a name is too long")
        if (rule.source, rule.event) in seen:
            reason = "another rule is for the same source and event"
            raise RetentionInputError(field=f"rule {at}", reason=reason)
        seen.add((rule.source, rule.event))
    return tuple(rules)


def rule_for(rules: Sequence[RetentionRule], source: str, event: str) -> RetentionRule | None:
    """Return the most particular rule for an event, or None: it is kept for ever."""
    fitting = [rule for rule in rules if _fits(rule, source, event)]
    return max(fitting, key=_weight, default=None)


def exceptions_of(rule: RetentionRule, rules: Sequence[RetentionRule]) -> tuple[RetentionRule, ...]:
    """Return the more particular rules that some of a rule's events belong to."""
    return tuple(
        other
        for other in rules
        if _weight(other) > _weight(rule)
        and (not rule.source or other.source in ("", rule.source))
        and (not rule.event or other.event in ("", rule.event))
    )


def _fits(rule: RetentionRule, source: str, event: str) -> bool:
    return rule.source in ("", source) and rule.event in ("", event)


def _weight(rule: RetentionRule) -> int:
    return 2 * bool(rule.source) + bool(rule.event)
