"""What the tags mean and how far they reach."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef

from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.contracts import TagDefinition
from quanqu.know.customers.models import Customer, CustomerTag, Tag


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
    tags = Tag.objects.order_by("name")
    if not scope.everything:
        tags = tags.filter(key__in=reach.keys())
    return tuple(_definition(tag, reach.get(tag.key, {}), total) for tag in tags)


def _definition(tag: Tag, reach: Mapping[str, Any], total: int) -> TagDefinition:
    customers = int(reach.get("customers", 0))
    return TagDefinition(
        name=tag.name,
        description=tag.description,
        owner=tag.owner,
        customers=customers,
        share=customers / total if total else 0.0,
        first_added_at=reach.get("first"),
        last_added_at=reach.get("last"),
    )
