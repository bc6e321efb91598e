"""One return: its lines, money, ledger and photos, and what can be done with it now."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.return_words import (
    ENTRIES,
    GRADES,
    STEPS,
    TENDERS,
    doubt_words,
    reason_titles,
    state_chip,
    tender_title,
)
from quanqu.doors.console.pages.stock_words import STATES
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.sell.inventory.contracts import StockState
from quanqu.sell.payments.facade import list_tenders
from quanqu.sell.returns.contracts import (
    EntryKind,
    EntryView,
    Grade,
    ReturnDetail,
    ReturnState,
)
from quanqu.sell.returns.facade import get_policy, get_return
from quanqu.sell.supply.contracts import SupplierFilters
from quanqu.sell.supply.facade import list_suppliers

__all__ = ["ReturnPage", "ReturnReceipt"]

_S = ReturnState
_TO_CANCEL: Final = frozenset(
    {_S.REQUESTED, _S.APPROVED, _S.AWAITING_GOODS, _S.RECEIVED, _S.INSPECTED}
)
_TO_RECEIVE: Final = frozenset({_S.APPROVED, _S.AWAITING_GOODS})
_TO_INSPECT: Final = frozenset({_S.RECEIVED, _S.INSPECTED})


class ReturnPage(ConsoleView):
    """Everything known of a return."""

    page_code = "returns"
    permission = "returns.view"
    is_detail = True

    def get(self, request: HttpRequest, rma_id: str) -> HttpResponse:
        """Show it, with the one thing to do next."""
        found = get_return(actor=self.frame.actor, return_id=decode("ret", rma_id))
        return self.page("console/returns/return.html", self._shown(found, rma_id))

    def _shown(self, found: ReturnDetail, rma_id: str) -> dict[str, Any]:
        row, frame = found.row, self.frame
        policy = get_policy(actor=frame.person, company_key=row.company_key).policy
        reasons = reason_titles(policy)
        order_id = encode("ord", row.order_id)
        return {
            "row": row,
            "rma_id": rma_id,
            "state": state_chip(row.state),
            "place": frame.places.get(row.place_key),
            "sold_at": frame.places.get(row.sale_place_key),
            "order_href": self._order_href(row.sale_place_key, order_id),
            "exchange_id": encode("ord", row.exchange_order_id) if row.exchange_order_id else "",
            "doubts": doubt_words(row.doubts, row.currency, reasons),
            "lines": [
                {
                    "line": line,
                    "reason": reasons.get(line.reason, line.reason),
                    "goods": Money(line.goods_minor, row.currency),
                    "grades": [
                        (str(GRADES[grade][0]), count) for grade, count in line.units.items()
                    ],
                    "fields": [
                        (grade.value, str(words[0]), str(words[1]), _filled(line, grade))
                        for grade, words in GRADES.items()
                    ],
                }
                for line in found.lines
            ],
            "sums": self._sums(found),
            "steps": [
                (step, str(STEPS[step.step][0]), STEPS[step.step][1]) for step in found.steps
            ],
            "entries": [_entry(one, found) for one in found.entries],
            "photos": found.photos,
            "photo_ids": [(one, encode("rph", one.id)) for one in found.photos],
            "tenders": [(code, str(title)) for code, title in TENDERS.items()],
            "pay_tenders": [
                (one.code, tender_title(one.code))
                for one in list_tenders()
                if one.code != "return_credit"
            ],
            "credit_left": Money(row.credit_left_minor, row.currency),
            **self._offers(found),
        }

    def _offers(self, found: ReturnDetail) -> dict[str, Any]:
        """Return what the reader may do with the return as it stands."""
        row = found.row
        manages, approves = self._may("returns.manage", row), self._may("returns.approve", row)
        is_settleable = row.state is _S.INSPECTED or (row.state is _S.APPROVED and row.keeps_goods)
        only_photo = bool(found.photos) and all(one.startswith("photo") for one in row.doubts)
        return {
            "may_see_photos": manages,
            "may_approve": row.state is _S.REQUESTED and (approves or (manages and only_photo)),
            "may_refuse": row.state is _S.REQUESTED and approves,
            "may_cancel": manages and row.state in _TO_CANCEL,
            "may_await": manages and row.state is _S.APPROVED and row.by_parcel,
            "may_receive": manages and row.state in _TO_RECEIVE and not row.keeps_goods,
            "may_inspect": manages and row.state in _TO_INSPECT,
            "may_settle": manages and is_settleable,
            "may_exchange": manages
            and row.state is _S.SETTLED
            and row.credit_left_minor > 0
            and row.exchange_order_id is None,
            "may_pay_out": manages and row.state is _S.SETTLED and row.credit_left_minor > 0,
            "suppliers": self._suppliers(found),
            "may_add_photos": manages and row.state in _TO_CANCEL,
            "is_settled": row.state is _S.SETTLED,
            "waits": row.state is _S.REQUESTED,
        }

    def _suppliers(self, found: ReturnDetail) -> list[tuple[str, str]]:
        """Return the suppliers that can be charged back for damaged units; empty where none can."""
        row = found.row
        is_broken = any(
            line.units.get(Grade.B) and line.variant_key is not None for line in found.lines
        )
        may = all(self._may(right, row) for right in ("supply.manage", "stock.manage"))
        if not (is_broken and may and row.state is _S.SETTLED and not row.supplier_return_id):
            return []
        filters = SupplierFilters(company_keys=frozenset({row.company_key}))
        rows = list_suppliers(actor=self.frame.person, filters=filters, limit=200).items
        return [(one.id, one.name) for one in rows]

    def _sums(self, found: ReturnDetail) -> dict[str, Money | None]:
        row = found.row

        def money(amount: int) -> Money | None:
            return Money(amount, row.currency) if amount else None

        return {
            "goods": Money(row.goods_minor, row.currency),
            "fee": money(-row.fee_minor),
            "label": money(-row.label_minor),
            "shipping": money(row.shipping_minor),
            "refund": Money(row.refund_minor, row.currency),
            "missing": money(
                row.goods_minor + row.shipping_minor - row.fee_minor - row.label_minor
                - row.refund_minor
            ),
        }  # fmt: skip

    def _may(self, right: str, row: Any) -> bool:
        scope = self.frame.person.scope(right)
        return scope.everything or row.place_key in scope.places

    def _order_href(self, place_key: int, order_id: str) -> str:
        scope = self.frame.person.scope("orders.view")
        if not (scope.everything or place_key in scope.places):
            return ""
        return self.frame.link(reverse("console:order", args=[order_id]))


class ReturnReceipt(ReturnPage):
    """What the buyer gets in hand, to print."""

    def get(self, request: HttpRequest, rma_id: str) -> HttpResponse:
        """Show the receipt of a return."""
        found = get_return(actor=self.frame.actor, return_id=decode("ret", rma_id))
        return self.page("console/returns/receipt.html", self._shown(found, rma_id))


def _filled(line: Any, grade: Grade) -> str:
    """Return what stands in the field of a grade: as it was graded, else all as new."""
    if line.units:
        return str(line.units.get(grade, 0) or "")
    return str(line.received) if grade is Grade.A and line.received else ""


def _entry(one: EntryView, found: ReturnDetail) -> dict[str, Any]:
    names = {line.line_no: line.name or line.sku for line in found.lines}
    title = str(ENTRIES[one.kind])
    if one.kind is EntryKind.GOODS:
        what = f"{names.get(one.line_no or 0, '')} · {STATES[StockState(one.state)]}"
    else:
        what = tender_title(one.tender) if one.tender else ""
    sign = "+" if one.quantity > 0 else ""
    return {
        "at": one.at,
        "title": title,
        "what": what,
        "units": f"{sign}{one.quantity}" if one.quantity else "",
        "amount": Money(one.amount_minor, found.row.currency) if one.amount_minor else None,
    }
