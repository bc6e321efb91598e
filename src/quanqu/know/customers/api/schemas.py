"""What the API of customers takes and gives."""

from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time, parse_time
from quanqu.know.customers.contracts import (
    CustomerDetail,
    CustomerFilters,
    CustomerRow,
    CustomerSort,
    FieldChoice,
    IdentifierRow,
    IdentifierType,
    LocatedBy,
    ProfileField,
)
from quanqu.know.org.facade import places_by_key

Text = Annotated[str, Field(max_length=600, pattern=r"^[^\x00]*$")]
CustomerId = Annotated[str, Field(max_length=40, examples=["cus_01hz0000000000000000000000"])]


def _moment(value: object) -> object:
    """Read RFC 3339 only: no counts of seconds."""
    return parse_time(value) if isinstance(value, str) else value


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class IdentifierOut(Schema):
    """One identifier, masked."""

    id: str
    type: str
    is_strong: bool
    hint: str
    first_seen_at: str


class CustomerOut(Schema):
    """One customer of a list, masked."""

    id: str
    name: str | None
    country: str | None
    region: str | None
    city: str | None
    first_seen_at: str
    tags: list[str]
    identifiers: list[IdentifierOut]


class OtherValueOut(Schema):
    """What another source or identifier tells of a field, masked."""

    value: str
    source: str
    observed_at: str


class FieldOut(Schema):
    """A known value with where it came from and when, the rule that chose it, and the others."""

    field: str
    value: str
    source: str
    observed_at: str
    chosen_by: FieldChoice
    others: list[OtherValueOut]


class EvidenceOut(Schema):
    """Why two identifiers are held to be one person's."""

    key: int
    left: str
    right: str
    source: str
    rule: str
    confidence: float
    reference: str | None
    observed_at: str
    withdrawn_at: str | None


class ChangeOut(Schema):
    """A merge or a split."""

    kind: str
    kept: str
    other: str
    cause: str
    at: str


class VerdictOut(Schema):
    """A verdict that two identifiers are not one person's, masked."""

    key: int
    left: str
    right: str
    source: str
    reason: str
    at: str
    lifted_at: str | None


class WhereaboutsOut(Schema):
    """Which own places a customer is near to, and by what that is known; null: it is not."""

    located_by: LocatedBy | None
    nearest_store: str | None
    nearest_store_km: float | None
    catchments: list[str]


class CustomerDetailOut(CustomerOut):
    """One customer whole, masked."""

    whereabouts: WhereaboutsOut
    profile: list[FieldOut]
    traits: list[FieldOut]
    evidence: list[EvidenceOut]
    places: list[str]
    changes: list[ChangeOut]
    verdicts: list[VerdictOut]


class RevealedOut(Schema):
    """Personal data in clear."""

    id: str
    contact: dict[str, str]
    identifiers: dict[str, str]


class CustomerSortQuery(Schema):
    """In which order they come, by when they were first seen."""

    sort: CustomerSort = CustomerSort.NEWEST


class CustomerQuery(Schema):
    """Narrow the list."""

    search: Text | None = Field(
        None,
        description="A customer id, a member number, a phone's last four digits. An e-mail address "
        "or a whole phone number finds, too, but belongs into POST /customers/lookup.",
    )
    tag: Text | None = None
    country: Text | None = None
    channel: Text | None = None
    first_seen_from: Moment | None = None
    first_seen_before: Moment | None = None


class LookupIn(Schema):
    """What somebody is known by."""

    value: Text = Field(description="Whole, or a phone's last four digits.")
    type: IdentifierType | None = Field(None, description="Of which type; of any without it.")


class MergeIn(Schema):
    """The customer that is the same person, and why."""

    other: CustomerId
    reason: Annotated[str, Field("", max_length=200, pattern=r"^[^\x00]*$")]


class MergeOut(Schema):
    """The evidence that now holds the two together; withdraw it to undo the merge."""

    evidence: int


def customer_filters(query: CustomerQuery) -> CustomerFilters:
    return CustomerFilters(**query.dict())


def customer_row(row: CustomerRow) -> dict[str, object]:
    return {
        "id": encode("cus", row.id),
        "name": row.name,
        "country": row.country,
        "region": row.region,
        "city": row.city,
        "first_seen_at": format_time(row.first_seen_at),
        "tags": list(row.tags),
        "identifiers": [identifier_out(found) for found in row.identifiers],
    }


def identifier_out(found: IdentifierRow) -> dict[str, object]:
    return {
        "id": encode("idn", found.id),
        "type": found.type,
        "is_strong": found.is_strong,
        "hint": found.hint,
        "first_seen_at": format_time(found.first_seen_at),
    }


def customer_detail(detail: CustomerDetail) -> dict[str, object]:
    near = detail.whereabouts
    nearest = () if near.nearest_store is None else (near.nearest_store,)
    places = places_by_key(keys={*detail.places, *near.catchments, *nearest})
    return {
        **customer_row(detail.row),
        "whereabouts": {
            "located_by": near.located_by,
            "nearest_store": next((places[key].id for key in nearest), None),
            "nearest_store_km": near.nearest_km,
            "catchments": [places[key].id for key in near.catchments],
        },
        "profile": [_field(found) for found in detail.profile],
        "traits": [_field(found) for found in detail.traits],
        "places": [places[key].id for key in detail.places if key in places],
        "evidence": [
            {
                "key": edge.key,
                "left": encode("idn", edge.left_id),
                "right": encode("idn", edge.right_id),
                "source": edge.source,
                "rule": edge.rule,
                "confidence": edge.confidence,
                "reference": edge.event_ref,
                "observed_at": format_time(edge.observed_at),
                "withdrawn_at": format_time(edge.withdrawn_at) if edge.withdrawn_at else None,
            }
            for edge in detail.evidence
        ],
        "changes": [
            {
                "kind": change.kind,
                "kept": encode("cus", change.kept_id),
                "other": encode("cus", change.other_id),
                "cause": change.cause,
                "at": format_time(change.at),
            }
            for change in detail.changes
        ],
        "verdicts": [
            {
                "key": one.key,
                "left": f"{one.left_type} {one.left_hint}",
                "right": f"{one.right_type} {one.right_hint}",
                "source": one.source,
                "reason": one.reason,
                "at": format_time(one.at),
                "lifted_at": format_time(one.lifted_at) if one.lifted_at else None,
            }
            for one in detail.verdicts
        ],
    }


def _field(found: ProfileField) -> dict[str, object]:
    return {
        "field": found.field,
        "value": found.value,
        "source": found.source,
        "observed_at": format_time(found.observed_at),
        "chosen_by": found.chosen_by,
        "others": [
            {
                "value": one.value,
                "source": one.source,
                "observed_at": format_time(one.observed_at),
            }
            for one in found.others
        ],
    }
