"""Lines of holds that wait for goods."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

__all__ = ["WaitingLine"]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """What of a line of a hold is beyond what is on hand. Units: sale units, above 0."""

    request_id: UUID
    line_no: int
    owner: str
    place_key: int
    variant_key: int
    units: int
    held_at: datetime
