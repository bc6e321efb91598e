"""Policies, as an actor may see them."""

from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.sell.replenishment.contracts import (
    PolicyDraft,
    PolicyFilters,
    PolicyMethod,
    PolicyView,
)
from quanqu.sell.replenishment.models import Policy

__all__ = ["VIEW", "count_policies", "list_policies", "policy_draft"]

VIEW: Final = "supply.view"
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_policies(
    *, actor: Actor, filters: PolicyFilters, cursor: str | None = None, limit: int = 50
) -> Page[PolicyView]:
    """Return a page of policies, the newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor, filters), cursor, limit)
    views = (
        PolicyView(row.key, row.company_key, policy_draft(row), row.set_by, row.set_at)
        for row in rows
    )
    return Page(tuple(views), following)


def count_policies(*, actor: Actor, filters: PolicyFilters) -> int:
    """Return how many policies the filters leave. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def policy_draft(row: Policy) -> PolicyDraft:
    """Return a policy's row as it was told."""
    return PolicyDraft(
        place_key=row.place_key,
        variant_key=row.variant_key,
        method=PolicyMethod(row.method),
        minimum=row.minimum,
        maximum=row.maximum,
        service_rate=Decimal(row.service_rate),
        review_days=row.review_days,
        cover_days=row.cover_days,
        supplier_id=row.supplier_id,
        is_transfer_first=row.is_transfer_first,
        most_cover_days=row.most_cover_days,
    )


def _seen(actor: Actor, filters: PolicyFilters) -> "QuerySet[Policy]":
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    wanted = {
        "place_key__in": filters.place_keys,
        "company_key__in": filters.company_keys,
        "variant_key__in": filters.variant_keys,
        "method": filters.method.value if filters.method else None,
    }
    found = Policy.objects.filter(**{name: one for name, one in wanted.items() if one is not None})
    return found if scope.everything else found.filter(place_key__in=scope.places)
