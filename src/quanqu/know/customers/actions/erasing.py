"""Who somebody is, for a request about their data; and the list that keeps them erased."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import suppress
from quanqu.kernel.ids import encode
from quanqu.know.customers.actions.resolve import lock_identity

_CUSTOMERS: Final = (
    "SELECT key, id FROM customers_customer WHERE id = ANY(%(ids)s) OR merged_into_key IN "
    "(SELECT key FROM customers_customer WHERE id = ANY(%(ids)s))"
)
_IDENTIFIERS: Final = (
    "SELECT key, type, value_hash, value_enc FROM customers_identifier WHERE customer_key = ANY(%s)"
)
_CONTACTS: Final = "SELECT email, phone FROM customers_profile WHERE subject_key = ANY(%s)"
_OF_HASHES: Final = (
    "SELECT DISTINCT c.id FROM customers_identifier i "
    "JOIN unnest(%s::text[], %s::bytea[]) AS w (type, value_hash) "
    "ON w.type = i.type AND w.value_hash = i.value_hash "
    "JOIN customers_customer c ON c.key = i.customer_key"
)


def gather_people(*, customer_ids: Collection[UUID]) -> Subjects:
    """Return everything by which these customers are known, in clear.

    For requests about one's own data: the caller has checked who asks.  A customer that does not
    exist adds nothing.
    """
    customers = _rows(_CUSTOMERS, {"ids": list(customer_ids)})
    return _known_by(customers, _rows(_IDENTIFIERS, [[row[0] for row in customers]]))


@transaction.atomic
def take_people(*, customer_ids: Collection[UUID], now: datetime) -> Subjects:
    """Return everything by which these customers are known, and suppress all of it.

    From its commit on none of their identifiers leads to a person, and no transaction is under way
    for which one still did.  Locks: the suppression lock, alone, then the identity lock.
    """
    suppress(kinds=[], hashes=[], now=now)  # waits for whoever resolves, before keys are read
    lock_identity()
    customers = _rows(_CUSTOMERS, {"ids": list(customer_ids)})
    identifiers = _rows(_IDENTIFIERS, [[row[0] for row in customers]])
    suppress(
        kinds=[row[1] for row in identifiers],
        hashes=[bytes(row[2]) for row in identifiers],
        now=now,
    )
    return _known_by(customers, identifiers)


def customers_of_hashes(*, entries: Sequence[tuple[str, bytes]]) -> list[UUID]:
    """Return the customers who hold an identifier of these keyed hashes: a restore brought them."""
    found = _rows(_OF_HASHES, [[e[0] for e in entries], [e[1] for e in entries]])
    return [row[0] for row in found]


def count_returned() -> int:
    """Return how many stored identifiers are on the suppression list: none, but after a restore."""
    found = _rows(
        "SELECT count(*) FROM personal_suppressed s JOIN customers_identifier i "
        "ON i.type = s.kind AND i.value_hash = s.value_hash",
        [],
    )
    return int(found[0][0])


def _known_by(customers: list[Any], identifiers: list[Any]) -> Subjects:
    subjects = [row[0] for row in identifiers]
    values = {decrypt(bytes(row[3]), purpose="identifier") for row in identifiers}
    for row in _rows(_CONTACTS, [subjects]):
        for field, sealed in zip(("email", "phone"), row, strict=True):
            if sealed is not None:
                values.add(decrypt(bytes(sealed), purpose=f"profile:{field}"))
    return Subjects(
        customers=tuple(sorted(row[0] for row in customers)),
        customer_ids=tuple(sorted(encode("cus", row[1]) for row in customers)),
        subjects=tuple(sorted(subjects)),
        values=frozenset(values),
    )


def _rows(statement: str, params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
