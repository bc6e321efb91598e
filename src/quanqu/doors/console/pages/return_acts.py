"""What is done with a return: approve, receive, grade, settle, exchange, photos."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.returns import facade
from quanqu.sell.returns.contracts import (
    ExchangeDraft,
    ExchangeLine,
    Grade,
    Graded,
    ReturnLineError,
    ReturnRow,
)

__all__ = ["ReturnAct", "ReturnPhoto", "ReturnPhotoAdd"]

_DONE: Final[dict[str, Promise]] = {
    "approve": gettext_lazy("The return is approved."),
    "refuse": gettext_lazy("The return is refused; its units can come back another time."),
    "cancel": gettext_lazy("The return is cancelled; its units can come back another time."),
    "await": gettext_lazy("The goods are on their way."),
    "receive": gettext_lazy("The goods are received. Grade them next."),
    "inspect": gettext_lazy("The goods are graded. Settle the return next."),
    "settle": gettext_lazy("Settled: stock is booked and the money goes back."),
    "credit": gettext_lazy("Settled: stock is booked and the worth waits for an exchange."),
    "exchange": gettext_lazy("The exchange is done; the goods are the buyer's."),
    "charge": gettext_lazy("The damaged goods go back to the supplier; its credit is expected."),
    "payout": gettext_lazy("What was left of the credit goes back as money."),
}
_LARGEST_BYTES: Final = 8_000_001


class ReturnAct(ConsoleView):
    """Take the step the button says; a refusal is told on the return's page."""

    page_code = "returns"
    permission = "returns.manage"

    def post(self, request: HttpRequest, rma_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        act = request.POST.get("act", "")
        told: dict[str, Any] = {
            "actor": self.frame.person,
            "return_id": decode("ret", rma_id),
            "now": self.frame.now,
        }
        detail, tender = request.POST.get("detail", "")[:500], request.POST.get("tender", "")[:40]
        acts: dict[str, Callable[[], Any]] = {
            "approve": lambda: facade.approve_return(**told, detail=detail),
            "refuse": lambda: facade.refuse_return(**told, detail=detail),
            "cancel": lambda: facade.cancel_return(**told, detail=detail),
            "await": lambda: facade.await_goods(**told, detail=detail),
            "receive": lambda: facade.receive_return(**told, units=self._arrived(rma_id)),
            "inspect": lambda: facade.inspect_return(**told, grades=self._grades(rma_id)),
            "settle": lambda: facade.settle_return(**told, tender=tender, detail=detail),
            "credit": lambda: facade.settle_return(**told, to_credit=True, detail=detail),
            "exchange": lambda: facade.exchange_return(**told, draft=self._exchange(rma_id)),
            "charge": lambda: facade.charge_supplier(
                **told, supplier_id=request.POST.get("supplier", "")[:40]
            ),
            "payout": lambda: facade.pay_out_credit(**told, tender=tender),
        }
        try:
            if act in acts:
                acts[act]()
                messages.success(request, str(_DONE[act]))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:return", args=[rma_id])))

    def _row(self, rma_id: str) -> ReturnRow:
        return facade.get_return(actor=self.frame.person, return_id=decode("ret", rma_id)).row

    def _lines(self, rma_id: str) -> list[int]:
        found = facade.get_return(actor=self.frame.person, return_id=decode("ret", rma_id))
        return [line.line_no for line in found.lines]

    def _arrived(self, rma_id: str) -> dict[int, int]:
        return {number: self._units(f"came-{number}") for number in self._lines(rma_id)}

    def _grades(self, rma_id: str) -> list[Graded]:
        return [
            Graded(number, {grade: self._units(f"{grade.value}-{number}") for grade in Grade})
            for number in self._lines(rma_id)
        ]

    def _exchange(self, rma_id: str) -> ExchangeDraft:
        """Return what is taken instead: one item by SKU, at a price or what the place asks.

        Raises: ReturnLineError, MoneyFormatError.
        """
        row, told = self._row(rma_id), self.request.POST
        sku = told.get("sku", "").strip()[:100]
        ref = variants_by_sku(skus=[(row.company_key, sku)]).get((row.company_key, sku))
        if ref is None:
            raise ReturnLineError(line=1, problem=f"no item {sku!r} was found")
        price = told.get("price", "").strip()[:24]
        line = ExchangeLine(
            ref.key,
            self._units("units") or 1,
            Money.parse(price, row.currency).minor if price else None,
        )
        back = "" if row.is_live else told.get("back", "")[:40]
        return ExchangeDraft((line,), told.get("tender", "")[:40], "", back)

    def _units(self, name: str) -> int:
        text = self.request.POST.get(name, "").strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else 0


class ReturnPhotoAdd(ConsoleView):
    """Keep photos of what comes back."""

    page_code = "returns"
    permission = "returns.manage"

    def post(self, request: HttpRequest, rma_id: str) -> HttpResponse:
        """Keep each file that is a photo; say which is none."""
        files = request.FILES.getlist("photo")[:10]
        if not files:
            messages.error(request, _("Choose a photo first."))
        for file in files:
            try:
                facade.add_photo(
                    actor=self.frame.person,
                    return_id=decode("ret", rma_id),
                    content=file.read(_LARGEST_BYTES),
                    now=self.frame.now,
                )
            except QuanquError as error:
                messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:return", args=[rma_id])))


class ReturnPhoto(ConsoleView):
    """One photo, for who may handle the return."""

    page_code = "returns"
    permission = "returns.manage"

    def get(self, request: HttpRequest, rma_id: str, photo_id: str) -> HttpResponse:
        """Return the photo itself."""
        media_type, content = facade.get_photo(
            actor=self.frame.person,
            return_id=decode("ret", rma_id),
            photo_id=decode("rph", photo_id),
        )
        return HttpResponse(
            content,
            content_type=media_type,
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )
