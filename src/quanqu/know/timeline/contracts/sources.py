"""Where events come from: sources and their write keys."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["IssuedWriteKey", "SourceChange", "SourceDraft", "SourceInfo", "TrackingSource"]


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


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What to change of a source; None leaves a field as it is."""

    name: str | None = None
    allowed_origins: tuple[str, ...] | None = None
    rate_limit: int | None = None
    is_enabled: bool | None = None


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
