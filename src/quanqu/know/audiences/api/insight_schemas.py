"""What the API tells of a saved audience in time and beside everybody."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from quanqu.kernel.time import format_time
from quanqu.know.audiences.api.schemas import AudienceId, Day, QuestionIn
from quanqu.know.audiences.contracts import ChangeFilters, Composition, DaySizes, SizeForecast


class OverlapIn(Schema):
    """Two to twelve audiences."""

    audiences: Annotated[list[AudienceId], Field(min_length=2, max_length=12)]


class OverlapPairOut(Schema):
    """How many customers are in both, of those in either (Jaccard) and of each one's members."""

    first: str
    second: str
    customers: int
    jaccard: float
    of_first: float
    of_second: float


class OverlapSetOut(Schema):
    """How many customers are in exactly these."""

    audiences: list[str]
    customers: int


class OverlapOut(Schema):
    """The matrix of pairs, and the sets that occur, largest first."""

    pairs: list[OverlapPairOut]
    sets: list[OverlapSetOut]


class ComposeIn(QuestionIn):
    """A definition and the field whose values are compared."""

    field: Annotated[str, Field(max_length=100)]


class PartOut(Schema):
    """A value among members beside everybody; index 100 is everybody's share, and little is known
    where `is_few`: fewer than 30 members or 30 of everybody."""

    value: str | None
    members: int
    everybody: int
    index: float
    is_few: bool


class FieldsQuery(Schema):
    """Further fields of the customer to tell the parts of."""

    field: Annotated[list[Annotated[str, Field(max_length=100)]], Field([], max_length=10)]


class TraitOut(Schema):
    """The parts of one trait."""

    trait: str
    parts: list[PartOut]


class CompositionOut(Schema):
    """Members at the last refresh beside everybody, trait by trait."""

    members: int
    everybody: int
    as_of: date
    traits: list[TraitOut]


class DaysQuery(Schema):
    """The first and the last UTC day, both included."""

    first: Day
    last: Day


class OnQuery(Schema):
    """A UTC day."""

    on: Day


class MembersOnOut(Schema):
    """How many customers were in it at any time of the day."""

    on: date
    members: int


class DaySizeOut(Schema):
    """How many were in it at the end of a day, and whether that was worked out that day."""

    on: date
    members: int
    is_worked_out: bool


class DaySizesOut(Schema):
    """The sizes of days in order; nothing is known before `known_since`."""

    known_since: date | None
    days: list[DaySizeOut]


class ChangesQuery(Schema):
    """Who came or who left, and between which UTC days."""

    change: Literal["", "entered", "left"] = ""
    first: Day | None = None
    last: Day | None = None


class SizePointOut(Schema):
    """The size expected on a day; four of five past forecasts were as near as low to high."""

    on: date
    members: int
    low: int | None
    high: int | None


class PastSizeOut(Schema):
    """How many the rules of today find as of a past day."""

    on: date
    members: int


class SizeTrialOut(Schema):
    """What both methods would have said 30 days ahead, and what came."""

    made_on: date
    on: date
    trend: int
    stays: int
    actual: int


class BackTestOut(Schema):
    """Past forecasts and the mean distance of each method from what came."""

    trials: list[SizeTrialOut]
    trend_error: float | None
    stays_error: float | None


class ForecastOut(Schema):
    """The size of the next 30 days, and how well it would have been told before."""

    version: int
    as_of: date
    worked_out_at: str
    method: Literal["trend", "stays"]
    is_short: bool
    past: list[PastSizeOut]
    points: list[SizePointOut]
    test: BackTestOut


class ForecastStateOut(Schema):
    """The forecast, or null while it was not worked out for the rules in force."""

    forecast: ForecastOut | None


def forecast_out(found: SizeForecast | None) -> dict[str, Any]:
    """Return a forecast as the API writes it."""
    if found is None:
        return {"forecast": None}
    told = {
        "version": found.version,
        "as_of": found.as_of,
        "worked_out_at": format_time(found.worked_out_at),
        "method": found.method.value,
        "is_short": found.is_short,
        "past": [{"on": on, "members": members} for on, members in found.past],
        "points": list(found.points),
        "test": found.test,
    }
    return {"forecast": told}


def change_filters(query: ChangesQuery) -> ChangeFilters:
    """Return the filters of a query."""
    has_entered = {"entered": True, "left": False}.get(query.change)
    return ChangeFilters(has_entered, query.first, query.last)


def composition_out(found: Composition) -> dict[str, Any]:
    """Return a composition as the API writes it."""
    return {
        "members": found.members,
        "everybody": found.everybody,
        "as_of": found.as_of,
        "traits": [{"trait": one.trait, "parts": list(one.parts)} for one in found.traits],
    }


def sizes_out(found: DaySizes) -> dict[str, Any]:
    """Return the sizes of days as the API writes them."""
    return {"known_since": found.known_since, "days": list(found.days)}
