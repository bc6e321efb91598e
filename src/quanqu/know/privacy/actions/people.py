"""The people of a running erasure, kept encrypted so that a broken-off one finds them again."""

import json
from datetime import datetime
from typing import Final

from django.db import transaction

from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.infra.personal.contracts import Subjects
from quanqu.know.customers import facade as customers
from quanqu.know.privacy.models import Request

_PURPOSE: Final = "privacy.people"


@transaction.atomic
def take(request: Request, *, now: datetime) -> Subjects:
    """Suppress the people of a request, and return and keep everything they are known by.

    Repeating it adds what was linked to them since; what is erased already is remembered.
    Locks: the suppression lock, alone, then the identity lock and the request.
    """
    fresh = customers.take_people(customer_ids=request.customer_ids, now=now)
    row = Request.objects.select_for_update().get(key=request.key)
    people = united(opened(row), fresh)
    row.sealed = encrypt(_text(people), purpose=_PURPOSE)
    row.suppressed_count = len(people.subjects)
    row.save(update_fields=["sealed", "suppressed_count"])
    return people


def opened(request: Request) -> Subjects:
    """Return the people that were kept, or nobody."""
    if request.sealed is None:
        return Subjects()
    told = json.loads(decrypt(bytes(request.sealed), purpose=_PURPOSE))
    return Subjects(
        tuple(told["customers"]),
        tuple(told["customer_ids"]),
        tuple(told["subjects"]),
        frozenset(told["values"]),
    )


def united(one: Subjects, other: Subjects) -> Subjects:
    """Return all that either is known by."""
    return Subjects(
        tuple(sorted({*one.customers, *other.customers})),
        tuple(sorted({*one.customer_ids, *other.customer_ids})),
        tuple(sorted({*one.subjects, *other.subjects})),
        one.values | other.values,
    )


def _text(people: Subjects) -> str:
    return json.dumps(
        {
            "customers": people.customers,
            "customer_ids": people.customer_ids,
            "subjects": people.subjects,
            "values": sorted(people.values),
        }
    )
