"""Rules of version 2: sequences, other audiences, birthdays, places, shares and ranks."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from quanqu.kernel.geo import FARTHEST_KM
from quanqu.know.audiences.contracts.parts import PropertyRule, Text, Window

__all__ = [
    "AudienceRule",
    "BirthdayRule",
    "CatchmentRule",
    "ConsentRule",
    "DecileRule",
    "Happening",
    "Lapse",
    "NearRule",
    "SequenceRule",
    "SplitRule",
    "Step",
    "TimeUnit",
]

Share = Annotated[float, Meta(ge=0, le=1)]


class TimeUnit(StrEnum):
    """A unit of time between two events."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class Lapse(Struct, frozen=True, forbid_unknown_fields=True):
    """At most so much time between two events; a day is 24 hours."""

    number: Annotated[int, Meta(ge=1, le=100_000)]
    unit: TimeUnit


class Happening(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event of one name with conditions."""

    event: Annotated[str, Meta(min_length=1, max_length=200)]
    where: Annotated[tuple[PropertyRule, ...], Meta(max_length=20)] = ()


class Step(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event of a sequence, and how it follows the one before: `within` a time, `same` values
    of these fields as it, and none of `without` between the two."""

    event: Annotated[str, Meta(min_length=1, max_length=200)]
    where: Annotated[tuple[PropertyRule, ...], Meta(max_length=20)] = ()
    within: Lapse | None = None
    same: Annotated[tuple[Text, ...], Meta(max_length=3)] = ()
    without: Annotated[tuple[Happening, ...], Meta(max_length=5)] = ()


class SequenceRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="sequence",
):
    """The customer's events contain these steps in this order, all inside the window."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=2, max_length=5)]
    window: Window = Window()


class AudienceRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="audience",
):
    """The customer is in a saved audience; with `during`, was in it on one of these days."""

    audience: Annotated[str, Meta(max_length=40)]
    during: Window | None = None


class BirthdayRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="birthday",
):
    """The customer's birthday comes in `from_days` to `to_days` days; 0 is the day asked for."""

    to_days: Annotated[int, Meta(ge=0, le=366)]
    from_days: Annotated[int, Meta(ge=0, le=366)] = 0


class NearRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="near",
):
    """The customer lives within a distance of a place of the group, or of a point.

    Where a customer lives: coordinates told of them, else what their postcode stands for among the
    places of the group (docs/rules/geography.md).  Degrees are of WGS 84.
    """

    within_km: Annotated[float, Meta(gt=0, le=FARTHEST_KM)]
    place: Annotated[str, Meta(max_length=40)] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class CatchmentRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="catchment",
):
    """The customer lives in the catchment of a place, without `place` in that of any; with
    `is_nearest` the place is a store, and no other store of the group is nearer."""

    place: Annotated[str, Meta(max_length=40)] | None = None
    is_nearest: bool = False


class SplitRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="split",
    rename={"from_rate": "from", "to_rate": "to"},
):
    """A random share of all customers that stays the same for one `salt`: `from` ≤ x < `to`."""

    salt: Annotated[str, Meta(min_length=1, max_length=80)]
    to_rate: Share
    from_rate: Share = 0.0


class DecileRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="decile",
    rename={"from_tenth": "from", "to_tenth": "to"},
):
    """The customer's number (`scores.<name>`, `traits.<key>` or `birth_year`) is among these tenths
    of all who have one; the first tenth holds the highest numbers."""

    field: Text
    to_tenth: Annotated[int, Meta(ge=1, le=10)]
    from_tenth: Annotated[int, Meta(ge=1, le=10)] = 1


class ConsentRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="consent",
):
    """The consent gate allows this purpose through this channel, as it stands in the lake now;
    with `is_reachable` the customer also has an identifier that the channel can reach."""

    purpose: Annotated[str, Meta(max_length=40)]
    channel: Annotated[str, Meta(max_length=40)]
    is_reachable: bool = False
