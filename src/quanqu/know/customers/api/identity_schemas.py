"""What the API of identity rules takes and gives."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.customers.api.schemas import (
    CustomerId,
    CustomerOut,
    IdentifierOut,
    customer_row,
    identifier_out,
)
from quanqu.know.customers.contracts import (
    BreachKind,
    BreachRow,
    FieldChoice,
    IdentifierType,
    RuleSetRow,
    Simulation,
)

Note = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Blocked = Annotated[list[Annotated[str, Field(max_length=512)]], Field(max_length=500)]


class TypeRuleIn(Schema):
    """How an identifier type is to behave; what is left out stays."""

    links: bool = True
    priority: int = 0
    limit: int | None = None
    window_days: int | None = None
    shared_above: int | None = None
    blocked_values: Blocked = []
    blocked_patterns: Blocked = []


class TypeRuleOut(Schema):
    """How an identifier type behaves."""

    links: bool
    priority: int
    limit: int | None
    window_days: int | None
    shared_above: int | None
    blocked_values: list[str]
    blocked_patterns: list[str]


class FieldRuleFields(Schema):
    """How the value of a profile field is chosen among those its sources tell: the latest, the
    one first seen, that of the first of `sources` that tells one, the one that most sources tell
    (`frequent`), or the longest."""

    by: FieldChoice = FieldChoice.LATEST
    sources: Annotated[list[Annotated[str, Field(max_length=512)]], Field(max_length=50)] = []


class RuleSetIn(Schema):
    """A draft of the identity rules."""

    types: dict[IdentifierType, TypeRuleIn] = {}
    fields: dict[Annotated[str, Field(max_length=40)], FieldRuleFields] = {}
    note: Note = ""


class RuleSetOut(Schema):
    """One version of the identity rules."""

    version: int
    status: str
    note: str
    changed_by: str
    changed_at: str | None
    activated_by: str | None
    activated_at: str | None
    effect: dict[str, int] | None
    types: dict[str, TypeRuleOut]
    fields: dict[str, FieldRuleFields]


class MergeExampleOut(Schema):
    """Customers that would become one."""

    customers: list[CustomerOut]


class SplitExampleOut(Schema):
    """A customer that would come apart, and its identifiers part by part."""

    customer: CustomerOut
    parts: list[list[IdentifierOut]]


class FieldChangeOut(Schema):
    """A customer that would show another value of a profile field, masked."""

    customer: CustomerOut
    field: str
    before: str
    after: str


class SimulationOut(Schema):
    """What a draft would change; `effect` has `field.<name>` for fields with another rule."""

    effect: dict[str, int]
    merges: list[MergeExampleOut]
    splits: list[SplitExampleOut]
    changes: list[FieldChangeOut]


class BreachQuery(Schema):
    """Narrow the list of refused links."""

    kind: BreachKind | None = None
    type: IdentifierType | None = None


class BreachOut(Schema):
    """An identifier that the rules demote, masked."""

    ref: str
    kind: str
    type: str
    identifier_type: str
    hint: str
    customer: str
    other_type: str | None
    other_hint: str | None
    other_customer: str | None
    since: str


class SplitIn(Schema):
    """Identifiers that are somebody else's, and why."""

    identifiers: Annotated[list[CustomerId], Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field("", max_length=200, pattern=r"^[^\x00]*$")]


class SplitOut(Schema):
    """The verdict that now holds them apart; lift it to undo the split."""

    verdict: int


def rule_set_out(row: RuleSetRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "status": row.status,
        "note": row.note,
        "changed_by": row.changed_by,
        "changed_at": format_time(row.changed_at) if row.changed_at else None,
        "activated_by": row.activated_by,
        "activated_at": format_time(row.activated_at) if row.activated_at else None,
        "effect": row.effect,
        "types": {
            name: {
                "links": rule.links,
                "priority": rule.priority,
                "limit": rule.limit,
                "window_days": rule.window_days,
                "shared_above": rule.shared_above,
                "blocked_values": list(rule.blocked_values),
                "blocked_patterns": list(rule.blocked_patterns),
            }
            for name, rule in row.rules.types.items()
        },
        "fields": {
            name: {"by": rule.by, "sources": list(rule.sources)}
            for name, rule in row.rules.fields.items()
        },
    }


def simulation_out(found: Simulation) -> dict[str, Any]:
    return {
        "effect": dict(found.effect),
        "merges": [
            {"customers": [customer_row(row) for row in one.customers]} for one in found.merges
        ],
        "splits": [
            {
                "customer": customer_row(one.customer),
                "parts": [[identifier_out(row) for row in part] for part in one.parts],
            }
            for one in found.splits
        ],
        "changes": [
            {
                "customer": customer_row(one.customer),
                "field": one.field,
                "before": one.before,
                "after": one.after,
            }
            for one in found.changes
        ],
    }


def breach_out(row: BreachRow) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "kind": row.kind.value,
        "type": row.type,
        "identifier_type": row.identifier_type,
        "hint": row.hint,
        "customer": encode("cus", row.customer_id),
        "other_type": row.other_type,
        "other_hint": row.other_hint,
        "other_customer": encode("cus", row.other_customer_id) if row.other_customer_id else None,
        "since": format_time(row.since),
    }
