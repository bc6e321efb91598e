"""How transfers between companies are priced: the rules of pairs, in the order they were told."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.intercompany.contracts import PriceKind, TransferRule, TransferRuleView
from quanqu.sell.intercompany.models import Rule
from quanqu.sell.intercompany.queries.rights import VIEW, company_keys

__all__ = ["RuledSources", "list_rules", "rule_view", "rules_of_pairs", "versioned"]

Versioned = tuple[int, TransferRule]


def list_rules(*, actor: Actor) -> tuple[TransferRuleView, ...]:
    """Return the rules of which both companies are in view, the newest first.

    Raises: NotAllowedError.
    """
    allowed = company_keys(actor, VIEW)
    rows = Rule.objects.order_by("-key")
    if allowed is not None:
        rows = rows.filter(from_company_key__in=allowed, to_company_key__in=allowed)
    return tuple(map(rule_view, rows[:500]))


def rules_of_pairs(
    pairs: Collection[tuple[int, int]],
) -> dict[tuple[int, int], list[Versioned]]:
    """Return the rules of pairs (from, to) with their versions, in the order they were told."""
    found: dict[tuple[int, int], list[Versioned]] = {pair: [] for pair in pairs}
    wanted = Q(pk__in=[])
    for giver, taker in found:
        wanted |= Q(from_company_key=giver, to_company_key=taker)
    for row in Rule.objects.filter(wanted).order_by("key"):
        pair = (row.from_company_key, row.to_company_key)
        found[pair].append((row.version, rule_view(row).rule))
    return found


def versioned(rules: Sequence[Versioned], on: date) -> Versioned | None:
    """Return the rule of a day with its version."""
    found = [(one.valid_from, version) for version, one in rules if one.valid_from <= on]
    if not found:
        return None
    version = max(found)[1]
    return next(one for one in rules if one[0] == version)


def rule_view(row: Rule) -> TransferRuleView:
    """Return a row as a contract."""
    rule = TransferRule(
        row.from_company_key, row.to_company_key, PriceKind(row.kind), row.currency,
        row.valid_from, Decimal(row.rate), dict(row.amounts),
    )  # fmt: skip
    return TransferRuleView(row.key, rule, row.version, row.made_by, row.made_at)


class RuledSources:
    """Lets orders of a company have goods of those companies that a rule prices them for."""

    def givers(self, *, taker_key: int, company_keys: Collection[int], on: date) -> Collection[int]:
        """Return the companies with a rule of the day, or of one before it."""
        rows = Rule.objects.filter(
            from_company_key__in=company_keys, to_company_key=taker_key, valid_from__lte=on
        )
        return set(rows.values_list("from_company_key", flat=True))
