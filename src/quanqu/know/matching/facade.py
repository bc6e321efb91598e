"""What know.matching offers."""

from quanqu.know.matching.actions.answers import answer_pair, undo_answer
from quanqu.know.matching.actions.runs import start_run, undo_run, work_run
from quanqu.know.matching.queries.files import match_file
from quanqu.know.matching.queries.people import match_people
from quanqu.know.matching.queries.runs import (
    find_model,
    get_learnt,
    get_pair,
    list_open_pairs_of,
    list_pairs,
    list_runs,
    next_pair,
)

__all__ = [
    "answer_pair",
    "find_model",
    "get_learnt",
    "get_pair",
    "list_open_pairs_of",
    "list_pairs",
    "list_runs",
    "match_file",
    "match_people",
    "next_pair",
    "start_run",
    "undo_answer",
    "undo_run",
    "work_run",
]
