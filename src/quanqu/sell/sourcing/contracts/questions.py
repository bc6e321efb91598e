"""What is asked, and what is answered."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from quanqu.kernel.geo import Point
from quanqu.sell.sourcing.contracts.words import Criterion, Method, Reason, Unfillable

__all__ = [
    "Decision",
    "DecisionFilters",
    "DecisionRow",
    "Nearby",
    "NearbyPlace",
    "OrderLine",
    "Parcel",
    "PickupOption",
    "Promise",
    "Question",
    "Rejection",
    "ShadowResult",
    "ShippedLine",
    "WaveOrder",
    "WaveResult",
]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A quantity of an item. Units: sale units from 1; `value_minor`, `weight_g` of the line."""

    variant_key: int
    quantity: int
    value_minor: int = 0
    weight_g: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Where does this ship from?

    Lines of one item are asked as one.  `at`: where the customer is; without it a postcode stands
    where the places with the longest common beginning are, on average; without both, distance
    tells nothing.  `pickup_place_key`: the customer fetches it there and nowhere else.
    `only_place_key`: no other place is asked.
    """

    company_key: int
    lines: tuple[OrderLine, ...]
    channel: str = ""
    tier: str = ""
    method: Method = Method.DELIVERY
    at: Point | None = None
    postcode: str = ""
    country: str = ""
    pickup_place_key: int | None = None
    only_place_key: int | None = None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line that a place ships."""

    variant_key: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one place ships: its lines, the hold of them (None in a promise), when it is there.

    `day`: the date at the place whose capacity it takes.  Units: `km` whole kilometres,
    `cost_minor` of the order's currency.
    """

    place_key: int
    lines: tuple[ShippedLine, ...]
    km: int | None
    cost_minor: int
    leaves_at: datetime
    arrives_at: datetime
    day: date
    hold_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a place does not ship.

    `lines`: items it has too few of; `criterion` and `by`: where and by how much the best plan with
    it is worse, in bands.
    """

    place_key: int
    reason: Reason
    lines: tuple[int, ...] = ()
    criterion: Criterion | None = None
    by: int = 0


@dataclass(frozen=True, slots=True)
class PickupOption:
    """A place where everything can be fetched, and from when."""

    place_key: int
    ready_at: datetime
    km: int | None


@dataclass(frozen=True, slots=True)
class NearbyPlace:
    """A place where customers fetch goods, and what can be promised there of each line.

    `ready_at`: from when an order of now can be fetched; `is_today`: still on this day there.
    Units: `available` sale units, in the order of the lines; `km` None: not known how far.
    """

    place_key: int
    km: int | None
    ready_at: datetime
    is_today: bool
    available: tuple[int, ...]
    has_all: bool


@dataclass(frozen=True, slots=True)
class Nearby:
    """Where lines can be fetched, the nearest first.

    `lines`: in the order of `available`; `with_all`: how many places have every line, `today`: at
    how many of these it is ready today, among all that were asked for and not only those told.
    """

    lines: tuple[OrderLine, ...]
    places: tuple[NearbyPlace, ...]
    with_all: int
    today: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be promised now; nothing is held.

    `delivery` is empty where no plan has the lines; `unfilled`: items that would stay behind.
    """

    delivery: tuple[Parcel, ...]
    arrives_at: datetime | None
    unfilled: tuple[ShippedLine, ...]
    unfillable: Unfillable | None
    pickup: tuple[PickupOption, ...]
    strategy: str
    profile_number: int
    gap: float


@dataclass(frozen=True, slots=True)
class ShadowResult:
    """What another version would have decided beside the one that acted."""

    profile_id: UUID
    number: int
    strategy: str
    parcels: tuple[tuple[int, tuple[int, ...]], ...]
    cost_minor: int
    km: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a request ships from, as it stands after the last move.

    `revision` counts moves from 0; `profile_id` None is the standard.  `score` and `bound` go with
    `criteria`, in bands; they are equal when no plan is better.  `unfilled` lines are not held;
    `unfillable` says what becomes of them.
    """

    request_id: UUID
    revision: int
    company_key: int
    channel: str
    owner: str
    parcels: tuple[Parcel, ...]
    unfilled: tuple[ShippedLine, ...]
    unfillable: Unfillable | None
    strategy: str
    profile_id: UUID | None
    profile_number: int
    criteria: tuple[Criterion, ...]
    score: tuple[int, ...]
    bound: tuple[int, ...]
    gap: float
    tries: int
    digest: str
    cause: str
    decided_at: datetime
    rejections: tuple[Rejection, ...] = field(default=(), repr=False)
    shadows: tuple[ShadowResult, ...] = ()

    @property
    def is_filled(self) -> bool:
        """Whether everything ships."""
        return not self.unfilled


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """An order of a wave: what `allocate` takes."""

    request_id: UUID
    owner: str
    question: Question
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaveResult:
    """What became of a wave, in the order of its orders.

    `planned`, `bound`, `one_by_one`: what the plan comes to, what no plan is below, and what orders
    one by one would come to; minor units plus one a kilometre, and the penalty of what is left.
    """

    decisions: tuple[Decision, ...]
    planned: int
    bound: int
    one_by_one: int


@dataclass(frozen=True, slots=True)
class DecisionFilters:
    """Narrow a list of decisions: one company, only those with lines that stay behind."""

    company_key: int | None = None
    is_filled: bool | None = None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A line of the list of decisions: its last revision."""

    key: int
    request_id: UUID
    revision: int
    company_key: int
    channel: str
    owner: str
    place_keys: tuple[int, ...]
    is_filled: bool
    strategy: str
    profile_number: int
    gap: float
    cause: str
    decided_at: datetime
