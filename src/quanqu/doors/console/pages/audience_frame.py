"""What the pages of one audience share: its head, its tabs, its members as lines."""

from typing import Any

from django.urls import reverse

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customers import known_by, title_of
from quanqu.doors.console.pages.list_words import KINDS
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceRow, MemberRow
from quanqu.know.audiences.facade import get_audience

__all__ = ["AudienceView", "kind_of", "member_line"]


class AudienceView(ConsoleView):
    """A page of one audience."""

    page_code = "audiences"
    permission = "audiences.view"
    is_detail = True
    tab = ""

    def audience(self, audience_id: str) -> AudienceRow:
        """Return the audience. Raises: NotAllowedError, NotFoundError."""
        return get_audience(actor=self.frame.actor, audience_id=ids.decode("aud", audience_id))

    def top(self, audience: AudienceRow, lede: str) -> dict[str, Any]:
        """Return what the head of the page shows."""
        return {
            "audience": audience,
            "audience_id": ids.encode("aud", audience.id),
            "tab": self.tab,
            "kind": kind_of(audience),
            "lede": lede,
            "may_manage": self.frame.person.can("audiences.manage"),
        }


def kind_of(audience: AudienceRow) -> tuple[str, str] | None:
    """Return the name and the icon of the kind of list an audience is; None: it is by rules."""
    if audience.list is None:
        return None
    title, icon = KINDS[audience.list.kind]
    return str(title), icon


def member_line(frame: Frame, member: MemberRow) -> dict[str, Any]:
    """Return a member as a line of a table."""
    row = member.customer
    address = reverse("console:customer", args=[ids.encode("cus", row.id)])
    country = country_name(row.country, frame.language) if row.country else ""
    return {
        "id": ids.encode("cus", row.id),
        "title": title_of(row),
        "href": frame.link(address),
        "known_by": known_by(row),
        "lives": ", ".join(part for part in (row.city, country) if part),
        "entered_at": member.entered_at,
    }
