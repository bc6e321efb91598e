"""Law 4 on the live tables: stored customers equal the recomputation from all evidence."""

from django.db import connection, transaction

from quanqu.infra.laws.facade import law
from quanqu.know.customers.actions.recount import recount
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.queries.ruleset import active_rules

MOST = 20


def identity_breaches() -> list[str]:
    """Return a sentence for each identifier or customer that the evidence puts elsewhere."""
    with transaction.atomic():
        lock_identity()
        found = recount(active_rules().rules)
        with connection.cursor() as cursor:
            cursor.execute("SELECT key, merged_into_key FROM customers_customer")
            pointers = dict(cursor.fetchall())
            cursor.execute("SELECT demoted_key, other_key FROM customers_breach")
            breaches = set(cursor.fetchall())
    stored, told = found.customer, found.told.component
    wrong = [
        f"Identifier {key} is with customer {stored[key]}, its evidence says {told[key]}."
        for key in stored
        if stored[key] != told[key]
    ]
    listed = {key for key, why in found.barred.items() if why == "shared"}
    wrong += [
        f"Identifier {key} is shared by many or not, other than its evidence says."
        for key in listed ^ found.told_shared
    ]
    refused = {(one.demoted, one.other) for one in found.told.refused}
    wrong += [
        f"The refused link of {demoted} and {other} is listed or not, other than it should be."
        for demoted, other in breaches ^ refused
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
