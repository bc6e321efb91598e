"""What is found out about audiences: how they overlap and who is in them beside everybody."""

from dataclasses import dataclass
from uuid import UUID

from quanqu.kernel.errors import InvalidError

__all__ = ["Overlap", "OverlapCell", "OverlapSet", "Part", "TooManyAudiencesError"]


@dataclass(frozen=True, slots=True)
class OverlapCell:
    """How many customers are in both of two audiences; of one with itself: its members."""

    first: UUID
    second: UUID
    customers: int


@dataclass(frozen=True, slots=True)
class OverlapSet:
    """How many customers are in exactly these of the audiences asked for, in no other."""

    audiences: tuple[UUID, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """The matrix of pairs, and the sets that occur, largest first (UpSet: Lex et al. 2014)."""

    pairs: tuple[OverlapCell, ...]
    sets: tuple[OverlapSet, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a field: how many members and how many of everybody have it, and the index:
    100 × the share among members over the share among everybody."""

    value: str | None
    members: int
    everybody: int
    index: float


class TooManyAudiencesError(InvalidError):
    """From two to twelve audiences can be laid over each other."""

    code = "audiences.overlap_count"
    template = "Choose 2 to {most} audiences to compare."
