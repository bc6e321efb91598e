"""Where events come from: sources and their write keys."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "BotRule",
    "EffectKind",
    "Intake",
    "IntakeChange",
    "IssuedWriteKey",
    "OutOfTimeRule",
    "SourceChange",
    "SourceDraft",
    "SourceEffect",
    "SourceInfo",
    "SourceKind",
    "TrackingSource",
]


class SourceKind(StrEnum):
    """What sends the events of a source."""

    BROWSER = "browser"
    SERVER = "server"
    APP = "app"
    POS = "pos"
    LOG = "log"
    WAREHOUSE = "warehouse"


class BotRule(StrEnum):
    """What becomes of an event whose user agent names a robot; it is counted unless kept."""

    KEEP = "keep"
    MARK = "mark"
    DROP = "drop"


class OutOfTimeRule(StrEnum):
    """What becomes of an event beyond the limits of time: taken with a flag, or failed."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class EffectKind(StrEnum):
    """What a source's settings did to an event."""

    SAMPLED_OUT = "sampled_out"
    BOT_DROPPED = "bot_dropped"
    BOT_MARKED = "bot_marked"
    LATE = "late"
    AHEAD = "ahead"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True, slots=True)
class Intake:
    """What a source lets in; what the house itself hands in is let in whole.

    Units: `sampling_rate` 0 to 1 of the visitors; `late_days` 0 for no limit but the year 1971;
    `ahead_s` is how far beyond its receipt a corrected time may lie.
    """

    sampling_rate: Decimal = Decimal(1)
    bots: BotRule = BotRule.MARK
    late_days: int = 0
    on_late: OutOfTimeRule = OutOfTimeRule.REFUSE
    ahead_s: int = 86_400
    on_ahead: OutOfTimeRule = OutOfTimeRule.REFUSE

    def letting_all_through(self) -> "Intake":
        """Return the settings with nothing left out: what a round decided before is read with."""
        return replace(
            self,
            sampling_rate=Decimal(1),
            bots=BotRule.KEEP if self.bots is BotRule.KEEP else BotRule.MARK,
            on_late=OutOfTimeRule.ACCEPT,
            on_ahead=OutOfTimeRule.ACCEPT,
        )


@dataclass(frozen=True, slots=True)
class IntakeChange:
    """What to change of what a source lets in; None leaves a field as it is."""

    sampling_rate: Decimal | None = None
    bots: BotRule | None = None
    late_days: int | None = None
    on_late: OutOfTimeRule | None = None
    ahead_s: int | None = None
    on_ahead: OutOfTimeRule | None = None


@dataclass(frozen=True, slots=True)
class SourceEffect:
    """How many events of a source its settings touched on one UTC day of settling."""

    kind: EffectKind
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source to be made; an empty `code` is made of the name, `place_key` None means no place.

    `allowed_origins` are the web origins ("https://shop.example") whose pages may send, "*" for
    any.  `rate_limit` is in events per second, 0 for none.
    """

    name: str
    code: str = ""
    place_key: int | None = None
    allowed_origins: tuple[str, ...] = ()
    rate_limit: int = 0
    is_simulated: bool = False
    kind: SourceKind = SourceKind.SERVER
    intake: Intake = field(default_factory=Intake)


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What to change of a source; None leaves a field as it is."""

    name: str | None = None
    allowed_origins: tuple[str, ...] | None = None
    rate_limit: int | None = None
    is_enabled: bool | None = None
    kind: SourceKind | None = None
    intake: IntakeChange = field(default_factory=IntakeChange)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as shown to people; `key_hints` are the last letters of the write keys in force."""

    key: int
    id: str
    code: str
    name: str
    place_key: int | None
    allowed_origins: tuple[str, ...]
    rate_limit: int
    is_enabled: bool
    is_simulated: bool
    created_at: datetime
    key_hints: tuple[str, ...]
    kind: SourceKind
    intake: Intake


@dataclass(frozen=True, slots=True)
class IssuedWriteKey:
    """A new write key: the only time its text is shown."""

    source: SourceInfo
    write_key: str


@dataclass(frozen=True, slots=True)
class TrackingSource:
    """What the tracking API needs to know of a source."""

    key: int
    code: str
    allowed_origins: frozenset[str]
    rate_limit: int
