"""What know.tags offers."""

from quanqu.know.tags.actions.answering import answer_sample, import_answers
from quanqu.know.tags.actions.refreshing import (
    hurry_tags,
    refresh_due,
    refresh_one,
    refresh_tag,
)
from quanqu.know.tags.actions.saving import archive_tag, change_tag, restore_tag, save_tag
from quanqu.know.tags.queries.accuracy import draw_sample, get_accuracy, list_accuracies
from quanqu.know.tags.queries.definitions import describe_definition, statistic_schema
from quanqu.know.tags.queries.tags import (
    get_tag,
    list_refreshes,
    list_tags,
    list_versions,
    value_sorts,
)

__all__ = [
    "answer_sample",
    "archive_tag",
    "change_tag",
    "describe_definition",
    "draw_sample",
    "get_accuracy",
    "get_tag",
    "hurry_tags",
    "import_answers",
    "list_accuracies",
    "list_refreshes",
    "list_tags",
    "list_versions",
    "refresh_due",
    "refresh_one",
    "refresh_tag",
    "restore_tag",
    "save_tag",
    "statistic_schema",
    "value_sorts",
]
