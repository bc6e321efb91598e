"""What the calls about tags take and give."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from quanqu.kernel.time import format_time
from quanqu.know.customers.api.schemas import CustomerId
from quanqu.know.customers.contracts import TagDefinition, WornTag


def _day(value: object) -> object:
    """Read a day as text, such as 2026-11-22, and nothing else."""
    if not isinstance(value, str):
        raise ValueError("a day is text, such as 2026-11-22")
    return date.fromisoformat(value)


class TagOut(Schema):
    """A tag: what it means, who looks after it, how many customers in scope wear it and which share
    (0–1) of them that is, and when one of these was tagged first and last.  Kinds: hand, rule,
    statistic."""

    name: str
    kind: str
    description: str
    owner: str
    customers: int
    share: float
    first_added_at: str | None
    last_added_at: str | None


class TagIn(Schema):
    """What a tag means and who looks after it."""

    tag: Annotated[str, Field(min_length=1, max_length=60)]
    description: Annotated[str, Field(max_length=500)] = ""
    owner: Annotated[str, Field(max_length=120)] = ""


class WornTagOut(Schema):
    """A tag on a customer, with its value where its kind has one: text, or a number (amounts in
    the currency's main unit); since when, and until when if it is gone."""

    name: str
    kind: str
    value: str | float | None
    since: str
    until: str | None


class WornQuery(Schema):
    """The UTC day at whose end the tags are asked for; without it: now."""

    on: Annotated[date, BeforeValidator(_day)] | None = None


class TaggingIn(Schema):
    """A tag and the customers it is about."""

    tag: Annotated[str, Field(min_length=1, max_length=60)]
    customers: Annotated[list[CustomerId], Field(min_length=1, max_length=1000)]


class TaggingOut(Schema):
    """How many customers changed."""

    customers: int


def tag_row(tag: TagDefinition) -> dict[str, object]:
    """Return a tag as the API tells it."""
    return {
        "name": tag.name,
        "kind": tag.kind,
        "description": tag.description,
        "owner": tag.owner,
        "customers": tag.customers,
        "share": tag.share,
        "first_added_at": format_time(tag.first_added_at) if tag.first_added_at else None,
        "last_added_at": format_time(tag.last_added_at) if tag.last_added_at else None,
    }


def worn_tag(one: WornTag) -> dict[str, object]:
    """Return a tag on a customer as the API tells it."""
    return {
        "name": one.name,
        "kind": one.kind,
        "value": one.value_text if one.value_number is None else one.value_number,
        "since": format_time(one.since),
        "until": format_time(one.until) if one.until else None,
    }
