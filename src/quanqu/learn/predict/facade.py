"""What learn.predict offers."""

from quanqu.learn.predict.actions.dropping import drop_refused
from quanqu.learn.predict.actions.ending import end_lost
from quanqu.learn.predict.actions.outside import record_scores
from quanqu.learn.predict.actions.similar import make_similar_audience
from quanqu.learn.predict.actions.training import create_model, train_model, work_training
from quanqu.learn.predict.queries.models import (
    find_model_of,
    get_lookalike,
    list_models,
    list_trainings,
    scored_audiences,
)

__all__ = [
    "create_model",
    "drop_refused",
    "end_lost",
    "find_model_of",
    "get_lookalike",
    "list_models",
    "list_trainings",
    "make_similar_audience",
    "record_scores",
    "scored_audiences",
    "train_model",
    "work_training",
]
