"""The scores on a customer's page: what each says, where that stands, who says it and when."""

from collections.abc import Sequence
from typing import Any

from quanqu.doors.console.pages.score_words import score_title
from quanqu.doors.console.rules.numbers import decimal_text
from quanqu.know.customers.contracts import CustomerScoreRow

__all__ = ["scores_of"]

_DIGITS = 3


def scores_of(found: Sequence[CustomerScoreRow], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Return the scores of a customer as lines, by name; `titles` are what they are called."""
    return [
        {
            "row": one,
            "title": score_title(one.name, titles),
            "value": decimal_text(one.value, _DIGITS),
        }
        for one in found
    ]
