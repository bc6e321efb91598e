"""Hang tags on customers and take them off."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import mark_dirty
from quanqu.kernel.text import normal_text
from quanqu.know.customers.actions.ruleset import require_everything
from quanqu.know.customers.contracts import TagNameError, TagTextError
from quanqu.know.customers.models import Customer, CustomerTag, Tag
from quanqu.know.customers.rules.partitions import buckets

LONGEST = 60
LONGEST_DESCRIPTION = 500
LONGEST_OWNER = 120


def define_tag(*, actor: Actor, tag: str, description: str, owner: str, now: datetime) -> bool:
    """Say what a tag means and who looks after it, making it when it is new; tell whether anything
    changed.  Tags are the whole group's, so it takes the right to manage customers everywhere.

    Raises: NotAllowedError, TagNameError, TagTextError.
    """
    require_everything(actor)
    name, told = _checked(tag), {"description": description.strip(), "owner": owner.strip()}
    if len(told["description"]) > LONGEST_DESCRIPTION or len(told["owner"]) > LONGEST_OWNER:
        raise TagTextError
    if any("\0" in text for text in told.values()):
        raise TagTextError
    with transaction.atomic():
        Tag.objects.get_or_create(name=name, defaults={"created_at": now})
        row = Tag.objects.select_for_update().get(name=name)
        before = {"description": row.description, "owner": row.owner}
        if before == told:
            return False
        row.description, row.owner = told["description"], told["owner"]
        row.save(update_fields=["description", "owner"])
        record(
            actor=actor,
            action="customers.define_tag",
            subject=f"tag:{name}",
            before=before,
            after=told,
            now=now,
        )
    return True


def assign_tag(*, actor: Actor, tag: str, customer_ids: Sequence[UUID], now: datetime) -> int:
    """Put a tag on the customers the actor may manage; return how many did not wear it.

    Raises: NotAllowedError, TagNameError.
    """
    name = _checked(tag)
    with transaction.atomic():
        keys = _manageable(actor, customer_ids)
        found, _ = Tag.objects.get_or_create(name=name, defaults={"created_at": now})
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO customers_tagging (tag_key, subject_key, added_by, added_at) "
                "SELECT %(tag)s, c, %(by)s, %(now)s FROM unnest(%(keys)s::bigint[]) c "
                "WHERE NOT EXISTS (SELECT FROM customers_tagging t JOIN customers_identifier i "
                "ON i.key = t.subject_key WHERE t.tag_key = %(tag)s AND i.customer_key = c) "
                "ORDER BY c ON CONFLICT DO NOTHING",
                {"tag": found.key, "by": actor.id, "now": now, "keys": keys},
            )
            count = cursor.rowcount
        _close(actor, "customers.assign_tag", name, keys, count, now=now)
    return count


def remove_tag(*, actor: Actor, tag: str, customer_ids: Sequence[UUID], now: datetime) -> int:
    """Take a tag off the customers the actor may manage; return how many wore it.

    Raises: NotAllowedError, TagNameError.
    """
    name = _checked(tag)
    with transaction.atomic():
        keys = _manageable(actor, customer_ids)
        worn = CustomerTag.objects.filter(tag__name=name, subject__customer_id__in=keys)
        count = worn.values("subject__customer_id").distinct().count()
        worn.delete()
        _close(actor, "customers.remove_tag", name, keys, count, now=now)
    return count


def _checked(tag: str) -> str:
    name = normal_text(tag)
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise TagNameError
    return name


def _manageable(actor: Actor, customer_ids: Sequence[UUID]) -> list[int]:
    actor.require("customers.manage")
    visible = Customer.objects.visible_to(actor.scope("customers.manage"))
    return sorted(visible.filter(id__in=list(customer_ids)).values_list("key", flat=True))


def _close(
    actor: Actor, action: str, name: str, keys: list[int], count: int, *, now: datetime
) -> None:
    if count:
        after = {"tag": name, "customers": count}
        record(actor=actor, action=action, subject=f"tag:{name}", after=after, now=now)
        mark_dirty(publication="dim_customer", partitions=buckets(keys))
