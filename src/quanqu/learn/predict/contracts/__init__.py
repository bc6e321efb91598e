"""What crosses the border of learn.predict."""

from quanqu.learn.predict.contracts.errors import (
    BaseTooSmallError,
    NoSignalError,
    NotTrainedError,
    ScoreBatchError,
    SeedTooSmallError,
    SimilarSizeError,
    TrainingBusyError,
    UnknownBasisError,
)
from quanqu.learn.predict.contracts.rows import (
    Card,
    Counts,
    Estimate,
    LearningBasis,
    LeftOut,
    ModelRow,
    RejectedScore,
    ScoreLine,
    ScoresWritten,
    Tenth,
    TrainingRow,
    TrainingState,
    Weight,
)
from quanqu.learn.predict.contracts.words import ORDER, REFUND

__all__ = [
    "ORDER",
    "REFUND",
    "BaseTooSmallError",
    "Card",
    "Counts",
    "Estimate",
    "LearningBasis",
    "LeftOut",
    "ModelRow",
    "NoSignalError",
    "NotTrainedError",
    "RejectedScore",
    "ScoreBatchError",
    "ScoreLine",
    "ScoresWritten",
    "SeedTooSmallError",
    "SimilarSizeError",
    "Tenth",
    "TrainingBusyError",
    "TrainingRow",
    "TrainingState",
    "UnknownBasisError",
    "Weight",
]
