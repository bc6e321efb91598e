"""Say how transfers between companies are priced, and price those that waited for it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.sell.intercompany.actions.booking import lock_pairs, price_movements, write_entries
from quanqu.sell.intercompany.contracts import TransferRule, TransferRuleView
from quanqu.sell.intercompany.models import Movement, Rule
from quanqu.sell.intercompany.queries.rights import MANAGE, require_companies
from quanqu.sell.intercompany.queries.rules import rule_view
from quanqu.sell.intercompany.rules.pricing import check_rule

__all__ = ["save_rule"]

_MOST_AT_ONCE = 10_000


def save_rule(*, actor: Actor, rule: TransferRule, now: datetime) -> TransferRuleView:
    """Write a rule down; the same as the last one changes nothing.

    What has a price keeps it; movements that waited for a rule get theirs.
    Locks: the two companies' books.
    Raises: NotAllowedError, TransferCompanyError, TransferRuleError.
    """
    check_rule(rule)
    pair = (rule.from_company_key, rule.to_company_key)
    require_companies(actor, MANAGE, *pair)
    with transaction.atomic():
        lock_pairs([pair])
        rows = Rule.objects.filter(from_company_key=pair[0], to_company_key=pair[1])
        last = rows.order_by("-key").first()
        if last is not None and rule_view(last).rule == rule:
            return rule_view(last)
        newest = rows.aggregate(newest=Max("version"))["newest"] or 0
        row = Rule.objects.create(
            from_company_key=pair[0],
            to_company_key=pair[1],
            version=newest + 1,
            kind=rule.kind.value,
            currency=rule.currency,
            rate=rule.rate,
            amounts=rule.amounts,
            valid_from=rule.valid_from,
            made_by=actor.id,
            made_at=now,
        )
        record(
            actor=actor, action="intercompany.save_rule", subject=f"rule {row.key}", now=now,
            after={"kind": row.kind, "rate": str(rule.rate), "version": row.version},
        )  # fmt: skip
        _price_waiting(pair)
        return rule_view(row)


def _price_waiting(pair: tuple[int, int]) -> None:
    """Price what waits between two companies, as far as the rules of its days say."""
    waiting = Movement.objects.filter(
        from_company_key=pair[0], to_company_key=pair[1], amount_minor__isnull=True
    )
    after = 0
    while part := list(waiting.filter(key__gt=after).order_by("key")[:_MOST_AT_ONCE]):
        price_movements(part)
        Movement.objects.bulk_update(
            part, ["amount_minor", "unpriced", "rule_version"], batch_size=1_000
        )
        write_entries(part)
        after = part[-1].key
