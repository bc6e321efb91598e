"""A profile: which places may ship, and how the best of them are found, as data."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from quanqu.sell.sourcing.contracts.words import Criterion, Method, Unfillable

__all__ = [
    "MOST_PARCELS",
    "STANDARD",
    "Condition",
    "Filters",
    "Hours",
    "Leg",
    "Measure",
    "Profile",
    "Rule",
    "Strategy",
]

MOST_PARCELS: Final = 5
"""The most parcels an order may be split into."""

Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Word = Annotated[str, Meta(pattern=r"^[^\x00-\x1f]+$", max_length=64)]
Words = Annotated[tuple[Word, ...], Meta(max_length=50)]
Minor = Annotated[int, Meta(ge=0, le=10**12)]
Grams = Annotated[int, Meta(ge=0, le=10**9)]
Minute = Annotated[int, Meta(ge=0, le=24 * 60)]


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """A criterion and how wide its bands are, in its unit: what is in one band is equal."""

    by: Criterion
    band: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Filters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which places may ship; what is left empty does not narrow.

    `kinds`: types of place; `tags`: at least one of them; `without_tags`: none of them; `units`:
    codes of places; `max_km`: as the crow flies; `is_open`: open at this moment; `has_capacity`:
    parcels left today.
    """

    kinds: Words = ()
    tags: Words = ()
    without_tags: Words = ()
    units: Words = ()
    countries: Words = ()
    max_km: Annotated[int, Meta(ge=1, le=20_040)] | None = None
    is_open: bool = False
    has_capacity: bool = True


class Strategy(Struct, frozen=True, forbid_unknown_fields=True):
    """How an order is sourced: who may, what is best, and what happens when nobody can.

    `min_split_minor`: orders worth less go in one parcel; `keep_units`: what `stock_out` wants to
    be left; `kinds`: the order that `kind` counts in; `fallback`: the strategy asked when this one
    has no plan for the whole order.
    """

    criteria: Annotated[tuple[Measure, ...], Meta(min_length=1, max_length=6)]
    filters: Filters = Filters()
    most_parcels: Annotated[int, Meta(ge=1, le=MOST_PARCELS)] = 2
    min_split_minor: Minor = 0
    keep_units: Annotated[int, Meta(ge=0, le=1_000_000)] = 1
    kinds: Words = ()
    fallback: Code | None = None
    unfillable: Unfillable = Unfillable.HOLD


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the day, in minutes from midnight of a zone; over midnight when it ends earlier."""

    begins: Minute
    ends: Minute
    zone: Word


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """Which orders a rule is for; what is left empty fits every order."""

    channels: Words = ()
    tiers: Words = ()
    methods: tuple[Method, ...] = ()
    min_value_minor: Minor | None = None
    max_value_minor: Minor | None = None
    min_weight_g: Grams | None = None
    max_weight_g: Grams | None = None
    hours: Hours | None = None


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """Orders that fit go by a strategy; the first rule that fits counts."""

    strategy: Code
    when: Condition


class Leg(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a parcel is on its way up to a distance (None: any)."""

    hours: Annotated[int, Meta(ge=0, le=2_400)]
    up_to_km: Annotated[int, Meta(ge=1, le=20_040)] | None = None


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it: strategies by code, rules in order, the strategy of what no rule is for.

    `parcel_minor` and `kg_km_minor`: what a parcel and a kilogram carried a kilometre cost where a
    place says nothing else; `transit`: legs by distance, ascending.
    """

    strategies: Annotated[dict[Code, Strategy], Meta(min_length=1, max_length=20)]
    default: Code
    rules: Annotated[tuple[Rule, ...], Meta(max_length=50)] = ()
    parcel_minor: Minor = 0
    kg_km_minor: Annotated[float, Meta(ge=0, le=1_000_000)] = 0.0
    transit: Annotated[tuple[Leg, ...], Meta(min_length=1, max_length=20)] = (Leg(hours=48),)


STANDARD: Final = Profile(
    strategies={
        "near": Strategy(
            criteria=(
                Measure(Criterion.PARCELS),
                Measure(Criterion.DISTANCE, 10),
                Measure(Criterion.COST),
                Measure(Criterion.DEPTH),
            ),
            most_parcels=3,
        )
    },
    default="near",
)
"""What holds where nobody has activated a profile: few parcels, from near, a person decides."""
