"""The scores on a customer's page: what each says, where that stands, who says it and when."""

from typing import Any
from uuid import UUID

from quanqu.doors.console.pages.score_words import score_title, score_titles
from quanqu.doors.console.rules.numbers import decimal_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.customers.facade import list_customer_scores

__all__ = ["scores_of"]

_DIGITS = 3


def scores_of(frame: Frame, customer_id: UUID) -> list[dict[str, Any]]:
    """Return the scores of a customer as lines, by name."""
    found = list_customer_scores(actor=frame.actor, customer_id=customer_id)
    titles = score_titles(frame) if found else {}
    return [
        {
            "row": one,
            "title": score_title(one.name, titles),
            "value": decimal_text(one.value, _DIGITS),
        }
        for one in found
    ]
