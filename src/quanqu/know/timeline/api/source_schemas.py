"""Shapes of sources in the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt

from quanqu.know.timeline.api.schemas import Origin
from quanqu.know.timeline.contracts import BotRule, EffectKind, OutOfTimeRule, SourceKind

Rate = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]


class IntakeOut(Schema):
    """What a source lets in."""

    sampling_rate: Annotated[Decimal, Field(description="Share of the visitors, 0 to 1.")]
    bots: BotRule
    late_days: Annotated[int, Field(description="0: no limit but the year 1971.")]
    on_late: OutOfTimeRule
    ahead_s: Annotated[int, Field(description="Seconds a time may lie after its receipt.")]
    on_ahead: OutOfTimeRule


class IntakeIn(Schema):
    """What to change of what a source lets in; leave a field out to keep it."""

    sampling_rate: Rate | None = None
    bots: BotRule | None = None
    late_days: Annotated[StrictInt | None, Field(ge=0, le=36_500)] = None
    on_late: OutOfTimeRule | None = None
    ahead_s: Annotated[StrictInt | None, Field(ge=0, le=31_536_000)] = None
    on_ahead: OutOfTimeRule | None = None


class EffectParams(Schema):
    """How many days to look back."""

    days: Annotated[int, Field(30, ge=1, le=400)]


class EffectOut(Schema):
    """How many events the settings of a source touched on one UTC day."""

    kind: EffectKind
    day: date
    count: int


class SourceIn(Schema):
    """A new source; without a place it needs rights over the whole group."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    code: Annotated[str, Field("", max_length=64)]
    place_id: str | None = None
    allowed_origins: Annotated[list[Origin], Field([], max_length=50)]
    rate_limit: Annotated[StrictInt, Field(0, ge=0, le=1_000_000, description="Events per second.")]
    is_simulated: StrictBool = False
    kind: SourceKind = SourceKind.SERVER
    intake: IntakeIn = IntakeIn()


class SourceChangeIn(Schema):
    """What to change of a source."""

    name: Annotated[str | None, Field(None, min_length=1, max_length=120)]
    allowed_origins: Annotated[list[Origin] | None, Field(None, max_length=50)]
    rate_limit: Annotated[StrictInt | None, Field(None, ge=0, le=1_000_000)]
    is_enabled: StrictBool | None = None
    kind: SourceKind | None = None
    intake: IntakeIn = IntakeIn()


class SourceOut(Schema):
    """A source and the last letters of its write keys in force."""

    id: str
    code: str
    name: str
    place_id: str | None
    allowed_origins: list[str]
    rate_limit: int
    is_enabled: bool
    is_simulated: bool
    created_at: datetime
    key_hints: list[str]
    kind: SourceKind
    intake: IntakeOut


class IssuedOut(Schema):
    """A source with a new write key, whose text is in this answer and nowhere else."""

    source: SourceOut
    write_key: str


class RotationIn(Schema):
    """How long older write keys work on."""

    overlap_s: Annotated[StrictInt, Field(604_800, ge=0, le=31_536_000)]
