"""Law 4 on the live tables: stored customers equal the recomputation from all evidence."""

from django.db import connection, transaction

from quanqu.infra.laws.facade import law
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.actions.structure import read_all
from quanqu.know.customers.rules.components import components

MOST = 20


def identity_breaches() -> list[str]:
    """Return a sentence for each identifier or customer that the evidence puts elsewhere."""
    with transaction.atomic():
        lock_identity()
        nodes, edges, stored = read_all()
        with connection.cursor() as cursor:
            cursor.execute("SELECT key, merged_into_key FROM customers_customer")
            pointers = dict(cursor.fetchall())
    told = components(nodes, edges)
    wrong = [
        f"Identifier {key} is with customer {stored[key]}, its evidence says {told[key]}."
        for key in stored
        if stored[key] != told[key]
    ]
    for key, pointer in pointers.items():
        expected = None if told.get(key) == key else told.get(key)
        if pointer != expected:
            wrong.append(f"Customer {key} points to {pointer}, its evidence says {expected}.")
    return wrong[:MOST]


law(
    "L4.identity",
    "Every customer is exactly what the evidence between identifiers says.",
    identity_breaches,
)
