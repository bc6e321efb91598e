"""One file that was read: its rows, those that were rejected, and these as a file."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.payment import line_shown
from quanqu.doors.console.pages.payment_words import REJECT_REASONS
from quanqu.doors.console.pages.settlement import account_name, statement_shown
from quanqu.kernel.ids import decode
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import RejectedRow

__all__ = ["StatementPage", "StatementRejects"]

_SHOWN: Final = 50


class StatementPage(ConsoleView):
    """What a file held."""

    page_code = "settlement"
    permission = "payments.view"
    is_detail = True

    def get(self, request: HttpRequest, statement_id: str) -> HttpResponse:
        """Show the file."""
        actor, wanted = self.frame.actor, decode("stm", statement_id)
        found = facade.get_statement(actor=actor, statement_id=wanted)
        names = {one.key: account_name(one) for one in facade.list_accounts(actor=actor)}
        lines = facade.list_lines(
            actor=actor,
            statement_id=wanted,
            cursor=request.GET.get("cursor") or None,
            limit=_SHOWN,
        )
        rejects = facade.list_rejects(actor=actor, statement_id=wanted, limit=_SHOWN)
        context: dict[str, Any] = {
            "shown": statement_shown(found, names),
            "row": found,
            "company": self.frame.company_name(found.company_key),
            "lines": [line_shown(one) for one in lines.items],
            "next_href": self.frame.with_query(cursor=lines.next_cursor)
            if lines.next_cursor
            else "",
            "rejects": [(one, REJECT_REASONS[one.reason]) for one in rejects],
            "more": max(found.rejected - _SHOWN, 0),
        }
        return self.page("console/payments/statement.html", context)


class StatementRejects(ConsoleView):
    """The rejected rows as a file to be mended."""

    page_code = "settlement"
    permission = "payments.view"

    def get(self, request: HttpRequest, statement_id: str) -> HttpResponseBase:
        """Send every rejected row with its reason."""
        rows = facade.iterate_rejects(
            actor=self.frame.actor, statement_id=decode("stm", statement_id)
        )
        head = [_("Row"), _("Reason"), _("Detail"), _("Content")]
        told = (_cells(one) for one in rows)
        answer = StreamingHttpResponse(as_csv(head, told), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="rejected-{statement_id}.csv"'
        return answer


def _cells(row: RejectedRow) -> list[str | int | float | date | None]:
    return [row.row, str(REJECT_REASONS[row.reason]), row.detail, row.text]
