"""Rules, ring-fences and limits of buyers as pages, the newest first."""

from typing import Any, Final

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    BuyerLimit,
    FenceRow,
    LimitRow,
    RuleRow,
    StockRule,
    WithheldFilters,
)
from quanqu.sell.inventory.models import BuyerLimit as StoredLimit
from quanqu.sell.inventory.models import ChannelShare, Rule
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = [
    "count_fences",
    "count_limits",
    "count_rules",
    "find_fence",
    "find_limit",
    "find_rule",
    "page_fences",
    "page_limits",
    "page_rules",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def page_rules(
    *, actor: Actor, filters: WithheldFilters, cursor: str | None = None, limit: int = 50
) -> Page[RuleRow]:
    """Return a page of rules; those of a place alone where the actor sees it.

    Raises: NotAllowedError.
    """
    rows, following = _NEWEST.page(_rules(actor, filters), cursor, limit)
    return Page(tuple(map(_rule, rows)), following)


def count_rules(*, actor: Actor, filters: WithheldFilters) -> int:
    """Return how many rules match. Raises: NotAllowedError."""
    return _rules(actor, filters).count()


def find_rule(*, actor: Actor, key: int) -> RuleRow | None:
    """Return a rule that the actor may see. Raises: NotAllowedError."""
    row = _rules(actor, WithheldFilters()).filter(key=key).first()
    return _rule(row) if row else None


def page_fences(
    *, actor: Actor, filters: WithheldFilters, cursor: str | None = None, limit: int = 50
) -> Page[FenceRow]:
    """Return a page of what is kept for channels at places in scope. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_fences(actor, filters), cursor, limit)
    return Page(tuple(map(_fence, rows)), following)


def count_fences(*, actor: Actor, filters: WithheldFilters) -> int:
    """Return how many ring-fences match. Raises: NotAllowedError."""
    return _fences(actor, filters).count()


def find_fence(*, actor: Actor, key: int) -> FenceRow | None:
    """Return a ring-fence that the actor may see. Raises: NotAllowedError."""
    row = _fences(actor, WithheldFilters()).filter(key=key).first()
    return _fence(row) if row else None


def page_limits(
    *, actor: Actor, filters: WithheldFilters, cursor: str | None = None, limit: int = 50
) -> Page[LimitRow]:
    """Return a page of limits of companies in scope. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_limits(actor, filters), cursor, limit)
    return Page(tuple(map(_limit, rows)), following)


def count_limits(*, actor: Actor, filters: WithheldFilters) -> int:
    """Return how many limits match. Raises: NotAllowedError."""
    return _limits(actor, filters).count()


def find_limit(*, actor: Actor, key: int) -> LimitRow | None:
    """Return a limit that the actor may see. Raises: NotAllowedError."""
    row = _limits(actor, WithheldFilters()).filter(key=key).first()
    return _limit(row) if row else None


def _rules(actor: Actor, filters: WithheldFilters) -> "QuerySet[Rule]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = _narrowed(Rule.objects.filter(_of_companies(scope)), filters)
    if not scope.everything:
        found = found.filter(Q(place_key__isnull=True) | Q(place_key__in=scope.places))
    return found


def _limits(actor: Actor, filters: WithheldFilters) -> "QuerySet[StoredLimit]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found: QuerySet[StoredLimit] = StoredLimit.objects.filter(_of_companies(scope))
    return _narrowed(found, WithheldFilters(filters.company_keys, None, filters.variant_keys))


def _fences(actor: Actor, filters: WithheldFilters) -> "QuerySet[ChannelShare]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = ChannelShare.objects.filter(wanted__gt=0)
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    told = WithheldFilters(None, filters.place_keys, filters.variant_keys, filters.channel)
    return _narrowed(found, told)


def _of_companies(scope: Scope) -> Q:
    return Q() if scope.everything else Q(company_key__in=scope.companies)


def _narrowed(found: "QuerySet[Any]", filters: WithheldFilters) -> "QuerySet[Any]":
    for name, wanted in (
        ("company_key", filters.company_keys),
        ("place_key", filters.place_keys),
        ("variant_key", filters.variant_keys),
    ):
        if wanted is not None:
            found = found.filter(**{f"{name}__in": wanted})
    return found if filters.channel is None else found.filter(channel=filters.channel)


def _rule(row: Rule) -> RuleRow:
    rule = StockRule(row.units, row.variant_key, row.category, row.place_key, row.channel)
    return RuleRow(row.key, row.company_key, rule, row.set_by, row.set_at)


def _fence(row: ChannelShare) -> FenceRow:
    return FenceRow(row.key, row.place_key, row.variant_key, row.channel, row.wanted, row.kept)


def _limit(row: StoredLimit) -> LimitRow:
    limit = BuyerLimit(row.variant_key, row.most, row.window_s)
    return LimitRow(row.key, row.company_key, limit, row.set_by, row.set_at)
