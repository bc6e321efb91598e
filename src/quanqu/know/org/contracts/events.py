"""What know.org tells higher rooms."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["PlacesLocated"]


@dataclass(frozen=True, slots=True)
class PlacesLocated:
    """It is told, or told anew, where places are and which areas they serve."""

    name: ClassVar[str] = "org.places_located"
    place_keys: list[int]
