"""Shapes of the timeline in the API."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field, StrictBool

from quanqu.infra.http.facade import MoneyOut, PageParams
from quanqu.kernel.time import TimeFormatError, parse_time
from quanqu.know.timeline.contracts import (
    EventState,
    EventType,
    FailureCode,
    PiiClass,
    PropertyType,
    RepairKind,
    ViolationKind,
    ViolationRule,
)


def _moment(told: object) -> object:
    """Read RFC 3339 text, and nothing else, as a time."""
    if not isinstance(told, str):
        return told
    try:
        return parse_time(told)
    except TimeFormatError as error:
        raise ValueError(str(error)) from None


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Word = Annotated[str, Field(min_length=1, max_length=256)]
Words = Annotated[list[Word], Field(max_length=50)]
Origin = Annotated[str, Field(min_length=1, max_length=300)]


class EventOut(Schema):
    """An event without personal data; an accepted one is not yet in the lake."""

    message_id: str
    state: EventState
    type: EventType
    event: str
    customer_id: str | None
    place_id: str | None
    source: str
    channel: str
    occurred_at: datetime
    received_at: datetime
    order_ref: str
    product_ref: str
    category: str
    revenue: MoneyOut | None
    quantity: int | None
    campaign: str
    utm_source: str
    utm_medium: str
    page_path: str
    referrer_host: str
    click_id: str
    flags: str
    properties: dict[str, Any]
    context: dict[str, Any]
    is_simulated: bool


class EventChoice(Schema):
    """Which events."""

    customer_id: Annotated[str | None, Field(None, description="Only of this customer.")]
    event: Annotated[Words, Field([], description="Only of these names.")]
    type: Annotated[list[EventType], Field([], max_length=6)]
    source: Annotated[Words, Field([], description="Only from these sources, by code.")]
    channel: Annotated[Words, Field([])]
    place_id: Annotated[Words, Field([])]
    since: Annotated[Moment | None, Field(None, description="From this time on.")]
    until: Annotated[Moment | None, Field(None, description="Before this time.")]
    order_ref: Annotated[str, Field("", max_length=256, description="As the channel names it.")]
    message_id: Annotated[str, Field("", max_length=256)]


class EventParams(EventChoice, PageParams):
    """Narrow the list of events."""


class TailParams(EventChoice):
    """Narrow the live tail."""

    limit: Annotated[int, Field(50, ge=1, le=200)]


class CountParams(EventChoice):
    """Days to count over."""

    first: date
    last: date


class DayCountOut(Schema):
    """Events of one name on one UTC day."""

    event: str
    day: date
    count: int


class InboxOut(Schema):
    """What waits for settling."""

    bodies: int
    events: int
    oldest_s: float


class FailedParams(PageParams):
    """Narrow the failed events."""

    source: Annotated[Words, Field([])]
    event: Annotated[Words, Field([])]
    code: Annotated[list[FailureCode], Field([], max_length=20)]


class FailedOut(Schema):
    """An event that was refused or blocked, and why."""

    id: str
    source: str
    message_id: str
    event: str
    code: FailureCode
    reason: str
    received_at: datetime
    is_replaying: bool


class FailedDetailOut(FailedOut):
    """A failed event with its payload as JSON text, direct personal data left out."""

    payload: str


class RepairIn(Schema):
    """The mended event as JSON text."""

    payload: Annotated[str, Field(max_length=65_536)]


class StepFields(Schema):
    """One step of a repair."""

    kind: RepairKind
    name: Annotated[str, Field("", max_length=256)]
    to: Annotated[str, Field("", max_length=256)]


class RepairsIn(Schema):
    """Which failed events to mend, leave a field out for all, and how."""

    sources: Annotated[Words, Field([])]
    events: Annotated[Words, Field([])]
    codes: Annotated[list[FailureCode], Field([], max_length=20)]
    steps: Annotated[list[StepFields], Field(max_length=20)]
    dry_run: StrictBool = False


class RepairOut(Schema):
    """How many were handed in; of a dry run one of those that would be, without personal data."""

    count: int
    changed: int
    before: str = ""
    after: str = ""


class PayloadOut(Schema):
    """A failed event as it came."""

    id: str
    payload: str


class ReplayIn(Schema):
    """Which failed events to hand in again; leave a field out for all."""

    sources: Annotated[Words, Field([])]
    events: Annotated[Words, Field([])]
    codes: Annotated[list[FailureCode], Field([], max_length=20)]
    ids: Annotated[Words, Field([])]


class ReplayOut(Schema):
    """How many failed events were handed in again."""

    replayed: int


class ViolationParams(PageParams):
    """Narrow the violations."""

    source: Annotated[Words, Field([])]
    event: Annotated[Words, Field([])]


class ViolationOut(Schema):
    """Violations of one sort on one day."""

    source: str
    event: str
    property: str
    kind: ViolationKind
    day: date
    count: int
    last_seen_at: datetime
    samples: list[str]


class PropertyFields(Schema):
    """An expected property."""

    name: Word
    type: PropertyType = PropertyType.ANY
    is_required: StrictBool = False
    enum: Annotated[Words, Field([])]
    pii: PiiClass = PiiClass.NONE


class PlannedEventIn(Schema):
    """What to expect of an event."""

    description: Annotated[str, Field("", max_length=1000)]
    owner: Annotated[str, Field("", max_length=200)]
    properties: Annotated[list[PropertyFields], Field([], max_length=200)]
    on_violation: ViolationRule = ViolationRule.ALLOW


class PlannedEventOut(PlannedEventIn):
    """An expected event."""

    name: str
    is_shipped: bool


class PlanOut(Schema):
    """The tracking plan in force."""

    on_unplanned: ViolationRule
    events: list[PlannedEventOut]


class SchemaIn(Schema):
    """A plan as JSON Schema: events by name."""

    properties: dict[str, Any]


class PlanChange(Schema):
    """Whether events that are not in the plan are blocked."""

    is_unplanned_blocked: StrictBool
