"""Customers drawn fairly to be asked about: does the tag say the right thing of them?"""

from collections.abc import Collection

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.contracts import SampledCustomer
from quanqu.know.customers.models import Customer
from quanqu.know.customers.queries.rows import make_rows


def sample_by_tag(
    *, actor: Actor, tag_key: int, is_worn: bool, without: Collection[int], limit: int
) -> tuple[SampledCustomer, ...]:
    """Return customers drawn from those who wear a tag, or from all others, masked.

    They come in order of MD5(tag key:customer id): a draw without replacement in which everybody
    has the same chance, and the same on every call, so that who asks again goes on where the last
    one stopped.  `without` are customer keys that were answered for.  For who sees everything.
    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    worn = (
        "EXISTS (SELECT FROM customers_tagging t JOIN customers_identifier i "
        "ON i.key = t.subject_key WHERE t.tag_key = %(tag)s AND i.customer_key = c.key)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.key FROM customers_customer c WHERE c.merged_into_key IS NULL "  # noqa: S608 - fragments of our own code
            f"AND {'' if is_worn else 'NOT '}{worn} AND NOT c.key = ANY(%(without)s) "
            "ORDER BY md5(%(tag)s::text || ':' || c.id::text), c.key LIMIT %(limit)s",
            {"tag": tag_key, "without": list(without), "limit": limit},
        )
        keys = [key for (key,) in cursor.fetchall()]
    found = {one.key: one for one in visible.filter(key__in=keys)}
    values = tag_values(tag_key, keys)
    rows = make_rows([found[key] for key in keys if key in found])
    return tuple(SampledCustomer(row, *values.get(row.key, (None, None))) for row in rows)


def tag_values(
    tag_key: int, customer_keys: Collection[int]
) -> dict[int, tuple[str | None, float | None]]:
    """Return the value (text, number) of a tag by the keys of those who wear it among some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (i.customer_key) i.customer_key, t.value_text, t.value_number "
            "FROM customers_tagging t JOIN customers_identifier i ON i.key = t.subject_key "
            "WHERE t.tag_key = %s AND i.customer_key = ANY(%s) "
            "ORDER BY i.customer_key, t.added_at DESC, t.subject_key",
            [tag_key, list(customer_keys)],
        )
        return {key: (text, number) for key, text, number in cursor.fetchall()}


def tags_worn(*, tag_key: int, customer_keys: Collection[int]) -> frozenset[int]:
    """Return which of these customers wear a tag."""
    return frozenset(tag_values(tag_key, customer_keys))
