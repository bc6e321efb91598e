"""Customers as rows of a list, masked: one query per kind of thing shown, whatever the length."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.kernel.text import normal_text
from quanqu.know.customers.contracts import KINDS, CustomerRow, IdentifierRow
from quanqu.know.customers.models import Customer, CustomerTag, Identifier, Presence
from quanqu.know.customers.queries.ruleset import survival_in_force
from quanqu.know.customers.rules.profiles import mask

_SHOWN = ("name", "country", "region", "city")


def customers_by_key(*, actor: Actor, customer_keys: Collection[int]) -> dict[int, CustomerRow]:
    """Return the rows of these customers that the actor may see, by key.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    found = list(visible.filter(key__in=list(customer_keys)))
    return {row.key: row for row in make_rows(found)}


def customers_by_subject(*, actor: Actor, subject_keys: Collection[int]) -> dict[int, CustomerRow]:
    """Return for each subject key the customer it belongs to, as far as the actor may see it.

    Raises: NotAllowedError.
    """
    owner = customer_keys(subject_keys=subject_keys)
    rows = customers_by_key(actor=actor, customer_keys=set(owner.values()))
    return {subject: rows[key] for subject, key in owner.items() if key in rows}


def places_of_customers(
    *, actor: Actor, customer_keys: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Return by customer key the places in the actor's scope where they were seen.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    seen = Presence.objects.filter(subject__customer_id__in=list(customer_keys))
    if not scope.everything:
        seen = seen.filter(place_key__in=scope.places)
    found: dict[int, list[int]] = defaultdict(list)
    pairs = seen.values_list("subject__customer_id", "place_key").distinct()
    for customer, place in pairs.order_by("place_key"):
        found[customer].append(place)
    return {customer: tuple(places) for customer, places in found.items()}


def wearers(*, actor: Actor, tag: str, customer_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these customers, as far as the actor may see them, wear a tag.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    worn = CustomerTag.objects.filter(tag__name=normal_text(tag), subject__customer=OuterRef("key"))
    found = visible.filter(Exists(worn), id__in=list(customer_ids))
    return frozenset(found.values_list("id", flat=True))


def customer_keys(*, subject_keys: Collection[int]) -> dict[int, int]:
    """Return the customer key of each subject key; unknown ones are left out."""
    found = Identifier.objects.filter(key__in=list(subject_keys))
    return dict(found.values_list("key", "customer_id"))


def make_rows(customers: Collection[Customer]) -> list[CustomerRow]:
    """Turn table rows into masked contracts, in the order given."""
    keys = [customer.key for customer in customers]
    profiles, tags, identifiers = _profiles(keys), _tags(keys), _identifiers(keys)
    return [
        CustomerRow(
            key=customer.key,
            id=customer.id,
            **profiles.get(customer.key, dict.fromkeys(_SHOWN)),
            first_seen_at=customer.first_seen_at,
            tags=tuple(tags[customer.key]),
            identifiers=tuple(identifiers[customer.key]),
        )
        for customer in customers
    ]


def _profiles(keys: list[int]) -> dict[int, dict[str, str | None]]:
    chosen = survival_in_force()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT i.customer_key, {chosen.many(_SHOWN)} FROM customers_identifier i "  # noqa: S608 - fragments of our own code
            f"JOIN customers_profile p ON p.subject_key = i.key {chosen.joins(_SHOWN)} "
            "WHERE i.customer_key = ANY(%s) GROUP BY i.customer_key",
            [keys],
        )
        return {key: dict(zip(_SHOWN, _masked(values), strict=True)) for key, *values in cursor}


def _masked(values: list[Any]) -> list[str | None]:
    name, *rest = values
    shown = mask("name", decrypt(name, purpose="profile:name")) if name else None
    return [shown, *rest]


def _tags(keys: list[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    worn = CustomerTag.objects.filter(subject__customer_id__in=keys).order_by("tag__name")
    for key, name in worn.values_list("subject__customer_id", "tag__name").distinct():
        found[key].append(name)
    return found


def _identifiers(keys: list[int]) -> Mapping[int, list[IdentifierRow]]:
    found: dict[int, list[IdentifierRow]] = defaultdict(list)
    for row in Identifier.objects.filter(customer_id__in=keys).order_by("key"):
        kind = KINDS[row.type]
        found[row.customer_id].append(
            IdentifierRow(row.id, row.key, row.type, kind.is_strong, row.hint, row.first_seen_at)
        )
    for rows in found.values():
        rows.sort(key=lambda row: (KINDS[row.type].rank, row.subject_key))
    return found
