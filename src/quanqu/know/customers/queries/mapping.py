"""Which identifier belongs to which customer, as columns: for rooms that work in sets."""

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.db.facade import copy_out

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
