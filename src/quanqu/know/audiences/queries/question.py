"""What is asked beside the rules, and sets of customer keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import table
from quanqu.know.audiences.contracts import AudienceRule

TABLES = ("dim_customer", "dim_identity", "dim_presence", "fact_event")
KEY = "customer_key"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked beside the rules: the day that windows end on, what may be looked at, and who
    was in the audiences that rules speak of (one column of keys for each rule)."""

    as_of: date
    scope: Scope
    memberships: Mapping[AudienceRule, pa.Table] = field(default_factory=dict)
    some_events: pa.Table | None = None

    @property
    def events(self) -> ir.Table:
        """The events of the lake, or those that were read before instead of them."""
        return table("fact_event") if self.some_events is None else ibis.memtable(self.some_events)


@dataclass(frozen=True, slots=True)
class KeySet:
    """Customer keys, or (is_complement) all but these; a key may be there more than once."""

    keys: ir.Table
    is_complement: bool = False

    def opposite(self) -> "KeySet":
        """Return the keys that are not in this set."""
        return KeySet(self.keys, not self.is_complement)


def customers_in_scope(scope: Scope) -> ir.Table:
    """Return the customers seen at a place of the scope."""
    customers = table("dim_customer")
    if scope.everything:
        return customers
    presence = table("dim_presence")
    seen = presence.filter(presence["place_key"].isin(sorted(scope.places)))
    return customers.semi_join(seen, KEY)
