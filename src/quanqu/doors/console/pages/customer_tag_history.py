"""The tags on a customer's page with values and since when, and what came before when asked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.tag_words import KINDS, value_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.customers.contracts import TagKind, WornTag
from quanqu.know.customers.facade import list_customer_tags, list_tag_history
from quanqu.know.tags.contracts import ValueSort
from quanqu.know.tags.facade import value_sorts

__all__ = ["CustomerTagHistory", "tags_of"]


class CustomerTagHistory(ConsoleView):
    """What a customer wears and wore, as a fragment."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Return the newest first."""
        found = list_tag_history(actor=self.frame.actor, customer_id=ids.decode("cus", customer_id))
        sorts = value_sorts()
        context = {"past": [_line(one, sorts) for one in found]}
        return self.page("console/customers/tag_history.html", context)


def tags_of(frame: Frame, customer_id: UUID) -> list[dict[str, Any]]:
    """Return the tags a customer wears now, as lines of the page."""
    sorts = value_sorts()
    return [
        _line(one, sorts) for one in list_customer_tags(actor=frame.actor, customer_id=customer_id)
    ]


def _line(one: WornTag, sorts: dict[str, ValueSort]) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": KINDS[one.kind],
        "is_hand": one.kind is TagKind.HAND,
        "value": value_text(one.value_text, one.value_number, sorts.get(one.name)),
        "since": one.since,
        "until": one.until,
    }
