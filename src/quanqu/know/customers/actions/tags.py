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
from quanqu.know.customers.contracts import ComputedTagError, TagKind, TagNameError, TagTextError
from quanqu.know.customers.models import Customer, Tag
from quanqu.know.customers.rules.partitions import buckets

LONGEST = 60
LONGEST_DESCRIPTION = 500
LONGEST_OWNER = 120


def define_tag(*, actor: Actor, tag: str, description: str, owner: str, now: datetime) -> bool:
    """Say what a tag means and who looks after it, making it when it is new; tell whether anything
    changed.  Tags are the whole group's, so it takes the right to manage customers everywhere.

    Raises: NotAllowedError, TagNameError, TagTextError, ComputedTagError.
    """
    require_everything(actor)
    name, told = checked_name(tag), checked_words(description, owner)
    with transaction.atomic():
        _hand_tag(name, now)
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

    Raises: NotAllowedError, TagNameError, ComputedTagError.
    """
    name = checked_name(tag)
    with transaction.atomic():
        keys = _manageable(actor, customer_ids)
        found = _hand_tag(name, now)
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

    Raises: NotAllowedError, TagNameError, ComputedTagError.
    """
    name = checked_name(tag)
    with transaction.atomic():
        keys = _manageable(actor, customer_ids)
        found = Tag.objects.filter(name=name).first()
        if found is not None and found.kind != TagKind.HAND:
            raise ComputedTagError(tag=name)
        count = _take_off(found.key, keys, now) if found else 0
        _close(actor, "customers.remove_tag", name, keys, count, now=now)
    return count


def checked_name(tag: str) -> str:
    """Return a tag's name as it is kept. Raises: TagNameError."""
    name = normal_text(tag)
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise TagNameError
    return name


def checked_words(description: str, owner: str) -> dict[str, str]:
    """Return what a tag means and who looks after it as they are kept. Raises: TagTextError."""
    told = {"description": description.strip(), "owner": owner.strip()}
    if len(told["description"]) > LONGEST_DESCRIPTION or len(told["owner"]) > LONGEST_OWNER:
        raise TagTextError
    if any("\0" in text for text in told.values()):
        raise TagTextError
    return told


def _hand_tag(name: str, now: datetime) -> Tag:
    found, _ = Tag.objects.get_or_create(name=name, defaults={"created_at": now})
    if found.kind != TagKind.HAND:
        raise ComputedTagError(tag=name)
    return found


def _take_off(tag_key: int, keys: list[int], now: datetime) -> int:
    """Take a tag off, keeping that it was there; return how many customers wore it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM customers_tagging t USING customers_identifier i "
            "WHERE i.key = t.subject_key AND t.tag_key = %(tag)s "
            "AND i.customer_key = ANY(%(keys)s) RETURNING t.*, i.customer_key), "
            "past AS (INSERT INTO customers_tag_past (tag_key, subject_key, from_at, until_at) "
            "SELECT tag_key, subject_key, added_at, greatest(%(now)s, added_at) FROM gone) "
            "SELECT count(DISTINCT customer_key) FROM gone",
            {"tag": tag_key, "keys": keys, "now": now},
        )
        return int(cursor.fetchone()[0])


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
