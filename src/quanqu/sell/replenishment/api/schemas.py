"""What the API of replenishment takes and shows."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.replenishment.contracts import (
    LONGEST_COVER_DAYS,
    LONGEST_QUIET_DAYS,
    MOST_COVER_DAYS,
    MOST_FORECASTS,
    MOST_POLICIES,
    MOST_PROPOSALS,
    AlertKind,
    PolicyMethod,
    ProposalKind,
    ProposalSort,
    ProposalState,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LARGEST = 1_000_000_000


def _iso_day(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-22")
    return value


Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Sku = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Day = Annotated[date, BeforeValidator(_iso_day)]
Units = Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]
Days = Annotated[int, Field(strict=True, ge=1, le=LONGEST_COVER_DAYS)]
Number = Annotated[float, Field(ge=0, le=_LARGEST, allow_inf_nan=False)]
Rate = Annotated[Decimal, Field(ge=Decimal("0.5"), le=Decimal("0.9999"), decimal_places=4)]


class ItemAt(Schema):
    """An item of the place's company, by SKU."""

    place: Id
    sku: Sku


class PolicyIn(ItemAt):
    """How an item is kept in stock at a place."""

    method: PolicyMethod = PolicyMethod.MIN_MAX
    minimum: Units = 0
    maximum: Units = 0
    service_rate: Rate = Decimal("0.95")
    review_days: Days = 1
    cover_days: Days = 7
    supplier: Id | None = None
    is_transfer_first: bool = True
    most_cover_days: Days = MOST_COVER_DAYS


class PoliciesIn(Schema):
    """Policies to set; what else there is stays."""

    policies: Annotated[list[PolicyIn], Field(min_length=1, max_length=MOST_POLICIES)]


class ItemsIn(Schema):
    """Items at places."""

    items: Annotated[list[ItemAt], Field(min_length=1, max_length=MOST_POLICIES)]


class PolicyQuery(Schema):
    """Narrow the list of policies."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    method: PolicyMethod | None = None


class PolicyOut(Schema):
    """How an item is kept in stock at a place."""

    place: str
    sku: str
    name: str
    method: PolicyMethod
    minimum: int
    maximum: int
    service_rate: str
    review_days: int
    cover_days: int
    supplier: str | None
    is_transfer_first: bool
    most_cover_days: int
    set_at: str


class CountOut(Schema):
    """How many there are."""

    count: int


class PeriodIn(ItemAt):
    """What is expected to be asked of an item at a place within a span of days."""

    starts_on: Day
    days: Days = 1
    quantity: Number
    standard_error: Number = 0.0


class ForecastIn(Schema):
    """Forecasts pushed together; for each item and place they replace older ones."""

    made_at: AwareDatetime
    source: Text = ""
    periods: Annotated[list[PeriodIn], Field(min_length=1, max_length=MOST_FORECASTS)]


class RunIn(Schema):
    """Whose stock to look at."""

    company: Id


class RunOut(Schema):
    """What a company's stock was found to need the last time it was looked at."""

    company: str
    at: str
    policies: int
    proposed: int
    unsourced: int
    unforecast: int


class ProposalQuery(Schema):
    """Narrow the list of proposals."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: Annotated[list[ProposalState], Field(default_factory=list, max_length=4)]
    kind: Annotated[list[ProposalKind], Field(default_factory=list, max_length=3)]
    supplier: Id | None = None


class ProposalSortQuery(Schema):
    """In which order they come: the deepest below its reorder point first, or the newest."""

    sort: ProposalSort = ProposalSort.URGENT


class FiguresOut(Schema):
    """Why so much is proposed. Units: sale units; days; demand over the span its name tells."""

    method: PolicyMethod
    on_hand: int
    in_transit: int
    incoming: int
    planned: int
    held: int
    allocated: int
    net: int
    reorder_point: int
    target: int
    safety_stock: int
    service_rate: float
    lead_days: int
    lead_deviation_days: float
    lead_lines: int
    review_days: int
    cover_days: int
    protection_demand: float
    cover_demand: float
    demand_deviation: float
    forecast_days: int
    looked_days: int
    wanted: int
    pack_size: int
    minimum_quantity: int
    unit_cost: MoneyOut | None


class ProposalOut(Schema):
    """What to order again; `units` is `asked` where a person changed the quantity."""

    id: str
    place: str
    sku: str
    name: str
    state: ProposalState
    kind: ProposalKind
    supplier: str | None
    from_place: str | None
    quantity: int
    asked: int | None
    units: int
    shortage: int
    amount: MoneyOut | None
    figures: FiguresOut
    made_at: str
    updated_at: str
    settled_at: str | None
    reason: str
    quiet_until: str | None
    document: str | None


class QuantityIn(Schema):
    """A quantity in the place of what was worked out."""

    quantity: Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]


class ProposalsIn(Schema):
    """Proposals to accept."""

    proposals: Annotated[list[Id], Field(min_length=1, max_length=MOST_PROPOSALS)]


class DismissalIn(ProposalsIn):
    """Proposals not to order, and why; nothing is proposed of them for so many days."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    quiet_days: Annotated[int, Field(strict=True, ge=0, le=LONGEST_QUIET_DAYS)] = 7


class AcceptedOut(Schema):
    """A draft of a purchase order or of a transfer that proposals became."""

    document: str
    kind: ProposalKind
    place: str
    from_place: str | None
    supplier: str | None
    proposals: list[str]


class AlertQuery(Schema):
    """Narrow the list of alerts."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    kind: Annotated[list[AlertKind], Field(default_factory=list, max_length=3)]
    is_open: bool | None = Field(True, description="Open, closed, or (null) both.")


class AlertOut(Schema):
    """What is, or was, wrong with an item at a place; open until `closed_at`."""

    id: str
    place: str
    sku: str
    name: str
    kind: AlertKind
    free: int
    daily: float
    cover_days: float | None
    limit_days: int
    opened_at: str
    closed_at: str | None


class PromisingIn(Schema):
    """Items at places to ask about."""

    items: Annotated[list[ItemAt], Field(min_length=1, max_length=400)]


class StepOut(Schema):
    """From a day on, so many units can be promised; from today: what is there."""

    from_on: str
    units: int


class PromisingOut(Schema):
    """What can be promised of an item at a place, from which day on; empty: nothing."""

    place: str
    sku: str
    steps: list[StepOut]


class PromiseQuery(Schema):
    """Narrow the list of promises."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    is_at_risk: bool | None = Field(None, description="Later than first told, or without a day.")


class PromiseOut(Schema):
    """When what a line of a hold waits for is to be there."""

    hold: str
    line: int
    owner: str
    place: str
    sku: str
    name: str
    units: int
    promised_on: str | None
    first_on: str | None
    is_at_risk: bool
