"""Scores: numbers that models say of customers."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

__all__ = ["SCORES", "SCORE_NAME", "CustomerScoreRow", "ScoreDefinition", "ScoreDraft"]

SCORE_NAME: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,59}")
SCORES: Final = pa.schema([("customer_key", pa.int64()), ("value", pa.float64())])


@dataclass(frozen=True, slots=True)
class ScoreDraft:
    """What is said of a score: its numbers lie from `low` to `high`, both included; None: open."""

    name: str
    meaning: str
    owner: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreDefinition:
    """A score as it stands: the version that wrote it last, when, and how many customers in scope
    have a number."""

    name: str
    meaning: str
    owner: str
    low: float | None
    high: float | None
    version: str
    scored_at: datetime | None
    customers: int


@dataclass(frozen=True, slots=True)
class CustomerScoreRow:
    """One number of one customer; `tenth` (1 the highest) is where it stands among the customers
    in scope that have one, None until the lake has it; `version` is that of the model."""

    name: str
    meaning: str
    value: float
    tenth: int | None
    version: str
    at: datetime
