"""Which identifier belongs to which customer, as columns: for rooms that work in sets."""

from collections.abc import Collection
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_out
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.customers.queries.details import visible_customer

_SCHEMA = pa.schema([("subject_key", pa.int64()), ("customer_key", pa.int64())])
_QUERY = "SELECT key, customer_key FROM customers_identifier"
_MOST_LISTED = 100_000


def subject_map(*, customers: pa.Array | None = None, subjects: pa.Array | None = None) -> pa.Table:
    """Return (subject_key, customer_key) of these customers, or of these subjects, or of all, in
    no order; what is unknown is left out.

    Shapes: arrays of int64; at most one of the two is given.
    """
    column, keys = ("customer_key", customers) if customers is not None else ("key", subjects)
    if keys is None:
        return copy_out(query=_QUERY, schema=_SCHEMA)
    if len(keys) <= _MOST_LISTED:
        query = f"{_QUERY} WHERE {column} = ANY(%s::bigint[])"
        return copy_out(query=query, schema=_SCHEMA, params=[keys.to_pylist()])
    whole = copy_out(query=_QUERY, schema=_SCHEMA)
    name = "customer_key" if customers is not None else "subject_key"
    return whole.filter(pc.is_in(whole[name], value_set=keys))


def keys_of_customers(*, actor: Actor, customer_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the key of each of these customers that the actor may see; of merged ones that of
    the customer they went into.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    named = Customer.objects.filter(id__in=list(customer_ids))
    live = {
        id_: merged_into or key
        for id_, key, merged_into in named.values_list("id", "key", "merged_into_key")
    }
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    seen = set(visible.filter(key__in=set(live.values())).values_list("key", flat=True))
    return {id_: key for id_, key in live.items() if key in seen}


def list_known_ids(*, actor: Actor, customer_id: UUID) -> tuple[UUID, ...]:
    """Return the ids under which a customer is and was known: its own first, then those of the
    customers that went into it.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require("customers.view")
    live = visible_customer(scope=actor.scope("customers.view"), customer_id=customer_id)
    # a customer's key is that of one of its identifiers, which moves with it when it is merged
    own = Identifier.objects.filter(customer_id=live.key).values("key")
    merged = Customer.objects.filter(key__in=own, merged_into_key=live.key).order_by("key")
    return (live.id, *merged.values_list("id", flat=True))
