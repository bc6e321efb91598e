"""How to reach customers, by set: for exports, masked or in clear."""

from collections.abc import Collection

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.know.customers.contracts import ContactRow
from quanqu.know.customers.models import Customer
from quanqu.know.customers.queries.rows import make_rows
from quanqu.know.customers.queries.ruleset import survival_in_force
from quanqu.know.customers.rules.profiles import mask

_FIELDS = ("name", "email", "phone")


def list_contacts(
    *, actor: Actor, customer_keys: Collection[int], is_clear: bool
) -> dict[int, ContactRow]:
    """Return by key how to reach the customers in the scope of customers.export.

    In clear only those in the scope of customers.reveal as well.  The caller writes the audit
    trail, once for the whole export.  Raises: NotAllowedError.
    """
    found = Customer.objects.filter(key__in=list(customer_keys))
    for permission in (
        ("customers.export", "customers.reveal") if is_clear else ("customers.export",)
    ):
        actor.require(permission)
        found = found.visible_to(actor.scope(permission))
    rows = make_rows(list(found.order_by("key")))
    reach = _reach([row.key for row in rows], is_clear=is_clear)
    return {
        row.key: ContactRow(
            id=row.id,
            country=row.country,
            region=row.region,
            city=row.city,
            first_seen_at=row.first_seen_at,
            tags=row.tags,
            **reach.get(row.key, dict.fromkeys(_FIELDS)),
        )
        for row in rows
    }


def _reach(keys: list[int], *, is_clear: bool) -> dict[int, dict[str, str | None]]:
    chosen = survival_in_force()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT i.customer_key, {chosen.many(_FIELDS)} FROM customers_identifier i "  # noqa: S608 - fragments of our own code
            f"JOIN customers_profile p ON p.subject_key = i.key {chosen.joins(_FIELDS)} "
            "WHERE i.customer_key = ANY(%s) GROUP BY i.customer_key",
            [keys],
        )
        return {
            key: {
                field: _shown(field, sealed, is_clear=is_clear)
                for field, sealed in zip(_FIELDS, sealed_values, strict=True)
            }
            for key, *sealed_values in cursor
        }


def _shown(field: str, sealed: bytes | None, *, is_clear: bool) -> str | None:
    if sealed is None:
        return None
    value = decrypt(sealed, purpose=f"profile:{field}")
    return value if is_clear else mask(field, value)
