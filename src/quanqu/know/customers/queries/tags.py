"""What the tags mean, how far they reach, and which a customer wears or wore."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef

from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.contracts import ComputedTag, TagDefinition, TagKind, WornTag
from quanqu.know.customers.models import Customer, CustomerTag, PastTag, Tag
from quanqu.know.customers.queries.details import visible_customer


def list_tag_definitions(*, actor: Actor) -> tuple[TagDefinition, ...]:
    """Return the tags by name: those worn in scope, and for who sees everything all others too.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    visible = Customer.objects.visible_to(scope)
    total = visible.count()
    worn = (
        CustomerTag.objects.filter(Exists(visible.filter(key=OuterRef("subject__customer_id"))))
        .values("tag_id")
        .annotate(
            customers=Count("subject__customer_id", distinct=True),
            first=Min("added_at"),
            last=Max("added_at"),
        )
    )
    reach = {row["tag_id"]: row for row in worn}
    tags = Tag.objects.filter(archived_at__isnull=True).order_by("name")
    if not scope.everything:
        tags = tags.filter(key__in=reach.keys())
    return tuple(_definition(tag, reach.get(tag.key, {}), total) for tag in tags)


def _definition(tag: Tag, reach: Mapping[str, Any], total: int) -> TagDefinition:
    customers = int(reach.get("customers", 0))
    return TagDefinition(
        key=tag.key,
        name=tag.name,
        kind=TagKind(tag.kind),
        description=tag.description,
        owner=tag.owner,
        customers=customers,
        share=customers / total if total else 0.0,
        first_added_at=reach.get("first"),
        last_added_at=reach.get("last"),
    )


def list_computed_tags() -> tuple[ComputedTag, ...]:
    """Return the tags that a higher room works out, by name, those put away too."""
    return tuple(
        ComputedTag(
            row.key, row.name, TagKind(row.kind), row.description, row.owner, row.archived_at
        )
        for row in Tag.objects.exclude(kind=TagKind.HAND).order_by("name")
    )


def list_customer_tags(
    *, actor: Actor, customer_id: UUID, on: date | None = None
) -> tuple[WornTag, ...]:
    """Return the tags a customer wears now, or wore at the end of a UTC day, by name.

    Raises: NotAllowedError, NotFoundError.
    """
    worn = _wearings(actor, customer_id)
    if on is None:
        chosen = [one for one in worn if one.until is None]
    else:
        at = datetime.combine(on, time.max, UTC)
        chosen = [one for one in worn if one.since <= at and (one.until is None or one.until > at)]
    newest = {one.name: one for one in sorted(chosen, key=lambda one: one.since)}
    return tuple(newest[name] for name in sorted(newest))


def list_tag_history(*, actor: Actor, customer_id: UUID, limit: int = 200) -> tuple[WornTag, ...]:
    """Return what a customer wears and wore, with the value at the time, the newest first.

    After a merge both pasts are told.  Raises: NotAllowedError, NotFoundError.
    """
    worn = sorted(_wearings(actor, customer_id), key=lambda one: one.name)
    return tuple(sorted(worn, key=lambda one: one.since, reverse=True)[:limit])


def _wearings(actor: Actor, customer_id: UUID) -> list[WornTag]:
    actor.require("customers.view")
    customer = visible_customer(scope=actor.scope("customers.view"), customer_id=customer_id)
    told = ("tag__name", "tag__kind", "value_text", "value_number")
    mine = CustomerTag.objects.filter(subject__customer_id=customer.key).order_by("-subject_id")
    past = PastTag.objects.filter(subject__customer_id=customer.key)
    rows = [(*row, None) for row in mine.values_list(*told, "added_at")]
    rows += past.values_list(*told, "from_at", "until_at")
    return [
        WornTag(name, TagKind(kind), text, number, since, until)
        for name, kind, text, number, since, until in rows
    ]
