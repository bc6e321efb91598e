"""List and count the audit's findings; the tolerances it works with."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import (
    AuditPolicy,
    FindingDecision,
    FindingFilters,
    FindingKind,
    FindingRow,
    FindingSort,
    FindingState,
    FindingTally,
    FindingValue,
    Severity,
)
from quanqu.sell.catalog.models import Finding, Policy
from quanqu.sell.catalog.queries.scoping import VIEW, companies_of, places_of

_WEIGHT: Final = Case(
    When(severity=Severity.HIGH.value, then=3),
    When(severity=Severity.MEDIUM.value, then=2),
    default=1,
    output_field=IntegerField(),
)
_SORTINGS: Final = {
    FindingSort.NEWEST: Sorting("newest", "key", read=read_number),
    FindingSort.GRAVEST: Sorting("gravest", "weight", read=read_number),
}


def list_findings(
    *,
    actor: Actor,
    filters: FindingFilters,
    cursor: str | None = None,
    limit: int = 50,
    sort: FindingSort = FindingSort.NEWEST,
) -> Page[FindingRow]:
    """Return a page of findings with the values of the places in sight, newest first.

    By `gravest` those of high severity come first.  Raises: NotAllowedError, MalformedCursorError.
    """
    found = _filtered(actor, filters).annotate(weight=_WEIGHT).select_related("variant__product")
    rows, following = _SORTINGS[sort].page(found, cursor, limit)
    places = places_of(actor)
    return Page(tuple(_row(row, places) for row in rows), following)


def count_findings(*, actor: Actor, filters: FindingFilters) -> int:
    """Return how many findings the filters show. Raises: NotAllowedError."""
    return _filtered(actor, filters).count()


def find_decisions(*, actor: Actor, finding_ids: Collection[str]) -> dict[str, FindingDecision]:
    """Return by id how the findings stand that the actor may see. Raises: NotAllowedError."""
    wanted = {decode("fnd", text): text for text in finding_ids}
    found = companies_of(actor, Finding.objects.filter(id__in=wanted))
    return {
        wanted[id_]: FindingDecision(FindingState(state), note)
        for id_, state, note in found.values_list("id", "state", "note")
    }


def tally_findings(*, actor: Actor) -> tuple[FindingTally, ...]:
    """Return the number of findings in scope by kind, severity and state."""
    found = companies_of(actor, Finding.objects.all()).order_by()
    groups = found.values_list("kind", "severity", "state").annotate(found=Count("key"))
    return tuple(
        FindingTally(FindingKind(kind), Severity(severity), FindingState(state), count)
        for kind, severity, state, count in groups.order_by("kind", "severity", "state")
    )


def get_policy(*, actor: Actor, company_key: int) -> AuditPolicy:
    """Return the tolerances of a company in scope. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    if not (scope.everything or company_key in scope.companies):
        raise NotAllowedError(permission=VIEW)
    return policy_of(company_key)


def policy_of(company_key: int) -> AuditPolicy:
    """Return the tolerances of a company, the defaults where it has set none."""
    row = Policy.objects.filter(company_key=company_key).first()
    if row is None:
        return AuditPolicy()
    return AuditPolicy(row.price_tolerance_rate, row.text_similarity_rate)


def _filtered(actor: Actor, filters: FindingFilters) -> QuerySet[Finding]:
    found = companies_of(actor, Finding.objects.all(), filters.company_keys)
    if filters.kind:
        found = found.filter(kind=filters.kind.value)
    if filters.severity:
        found = found.filter(severity=filters.severity.value)
    if filters.state:
        found = found.filter(state=filters.state.value)
    if filters.product_id:
        found = found.filter(variant__product__id=decode("prd", filters.product_id))
    if filters.text:
        found = found.filter(
            Q(variant__product__name__icontains=filters.text) | Q(variant__sku=filters.text)
        )
    return found


def _row(row: Finding, places: frozenset[int] | None) -> FindingRow:
    return FindingRow(
        key=row.key,
        id=encode("fnd", row.id),
        kind=FindingKind(row.kind),
        severity=Severity(row.severity),
        state=FindingState(row.state),
        company_key=row.company_key,
        product_id=encode("prd", row.variant.product.id),
        product_name=row.variant.product.name,
        variant_id=encode("var", row.variant.id),
        sku=row.variant.sku,
        values=tuple(
            _value(row.kind, value)
            for value in row.values
            if places is None or value["place_key"] in (None, *places)
        ),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
    )


def _value(kind: str, value: dict[str, Any]) -> FindingValue:
    """Return what a place shows; a price is stored as its currency and minor units."""
    listing = encode("lst", UUID(value["listing"])) if value["listing"] else ""
    if kind != FindingKind.PRICE_DIFFERS.value:
        return FindingValue(value["place_key"], listing, value["value"])
    currency, _, minor = value["value"].partition(" ")
    price = Money(int(minor), currency)
    return FindingValue(value["place_key"], listing, f"{currency} {price.amount}", price)
