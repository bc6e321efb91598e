"""What learn.predict refuses, and why."""

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "BaseTooSmallError",
    "NoSignalError",
    "NotTrainedError",
    "OwnScoreError",
    "ScoreBatchError",
    "SeedTooSmallError",
    "SimilarSizeError",
    "TrainingBrokenError",
    "TrainingBusyError",
    "TrainingLostError",
    "UnknownBasisError",
]


class SeedTooSmallError(RefusedError):
    """Too few members of the audience may be learned from."""

    code = "predict.seed_too_small"
    template = (
        "{seed} members of the audience may be learned from; similar people can be looked for "
        "from {fewest} on."
    )


class BaseTooSmallError(RefusedError):
    """Too few others may be learned from."""

    code = "predict.base_too_small"
    template = (
        "{others} customers outside the audience may be learned from; at least {fewest} are needed."
    )


class NoSignalError(RefusedError):
    """On people it had not seen the model is not surely better than chance."""

    code = "predict.no_signal"
    template = (
        "What is known of the members does not tell them from others: AUC {auc} ({low} to {high}), "
        "and 0.5 is chance."
    )


class TrainingBusyError(RefusedError):
    """A training of this model waits or runs already."""

    code = "predict.training_busy"
    template = "This model is being trained already."


class TrainingBrokenError(RefusedError):
    """A training failed at every try."""

    code = "predict.training_broken"
    template = "The training failed at every try, the last time with: {reason}."


class TrainingLostError(RefusedError):
    """Whatever worked on a training ended each time without an answer, or its job was dropped."""

    code = "predict.training_lost"
    template = (
        "The training did not come to its end: its worker was stopped at every try (for example "
        "for lack of memory), or its job was dropped."
    )


class NotTrainedError(RefusedError):
    """The model has no scores yet, or nobody beside the members has one."""

    code = "predict.not_trained"
    template = "This model has no scores to choose people by yet."


class UnknownBasisError(InvalidError):
    """The legal basis is not one that training can have."""

    code = "predict.unknown_basis"
    template = "{basis!r} is no basis to learn on: choose consent or legitimate_interests."


class SimilarSizeError(InvalidError):
    """The size of an audience of similar people makes no sense."""

    code = "predict.similar_size"
    template = "Give either a share from 0.001 to 0.5 or a number of people from 1 to {most}."


class ScoreBatchError(InvalidError):
    """A call brings no scores, or more than one call may."""

    code = "predict.score_batch"
    template = "One call brings 1 to {most} scores."


class OwnScoreError(RefusedError):
    """Numbers were brought for a score that a model here writes."""

    code = "predict.own_score"
    template = "The score {name} is written by a model here; bring yours under another name."
