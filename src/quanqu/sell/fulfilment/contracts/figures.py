"""How well a place fulfils."""

from dataclasses import dataclass

__all__ = ["CarrierFigures", "FulfilmentFigures"]


@dataclass(frozen=True, slots=True)
class CarrierFigures:
    """A carrier's parcels that arrived in a period, and how many of them after the day it told."""

    name: str
    delivered: int
    late: int

    @property
    def late_rate(self) -> float | None:
        """The share that was late; None without parcels."""
        return self.late / self.delivered if self.delivered else None


@dataclass(frozen=True, slots=True)
class FulfilmentFigures:
    """What was done in a period. Units: seconds from the first pick to the last.

    `promised`: parts that were ready (collected) or had left (sent) in the period; `kept`: those
    that were in time.  `readied`: pickups that were ready; `no_shows`: pickups released.
    """

    picked: int
    median_pick_s: float | None
    promised: int
    kept: int
    readied: int
    no_shows: int
    carriers: tuple[CarrierFigures, ...]

    @property
    def kept_rate(self) -> float | None:
        """The share of promises that was kept; None without any."""
        return self.kept / self.promised if self.promised else None

    @property
    def no_show_rate(self) -> float | None:
        """The share of pickups nobody collected; None without any."""
        return self.no_shows / self.readied if self.readied else None
