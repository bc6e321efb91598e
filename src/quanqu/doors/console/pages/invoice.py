"""One invoice: its lines and sums, its files, and what takes it back; and a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.invoice_words import (
    BUYERS,
    LINES,
    REGIMES,
    TREATMENTS,
    invoice_chip,
)
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import MalformedIdError, decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.contracts import (
    Buyer,
    BuyerKind,
    InvoiceDetail,
    InvoiceDraft,
    InvoiceKind,
    InvoiceOrderError,
    InvoiceRow,
    Regime,
    TaxedSum,
)
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import list_orders

__all__ = ["InvoiceAct", "InvoiceFileView", "InvoiceNew", "InvoicePage"]

_FIELDS = (
    "title", "tax_id", "email", "street", "postcode", "city", "country", "phone", "bank",
    "bank_account",
)  # fmt: skip


def _id_of(once: str) -> UUID:
    """Return the id that a form was given, so that sent twice it writes one invoice."""
    try:
        return UUID(hex=once)
    except ValueError:
        return new_id()


class InvoicePage(ConsoleView):
    """Everything an invoice says."""

    page_code = "invoices"
    permission = "invoices.view"
    is_detail = True

    def get(self, request: HttpRequest, invoice_id: str) -> HttpResponse:
        """Show it."""
        found = facade.get_invoice(actor=self.frame.actor, invoice_id=decode("inv", invoice_id))
        return self.page("console/invoices/invoice.html", self._shown(found, invoice_id))

    def _shown(self, found: InvoiceDetail, invoice_id: str) -> dict[str, Any]:
        row, frame = found.row, self.frame
        manages = may_at(self, "invoices.manage", row.place_key)
        is_blue = row.kind is InvoiceKind.BLUE
        sign = 1 if is_blue else -1

        def money(minor: int) -> Money:
            return Money(sign * minor, row.currency)

        return {
            "row": row,
            "invoice_id": invoice_id,
            "state": invoice_chip(row),
            "regime": REGIMES[row.regime],
            "place": frame.places.get(row.place_key),
            "order_href": frame.link(reverse("console:order", args=[encode("ord", row.order_id)]))
            if may_at(self, "orders.view", row.place_key)
            else "",
            "original_href": frame.link(
                reverse("console:invoice", args=[encode("inv", row.original_id)])
            )
            if row.original_id
            else "",
            "return_id": encode("ret", row.return_id) if row.return_id else "",
            "seller": found.seller,
            "buyer": found.buyer,
            "buyer_kind": BUYERS[row.buyer_kind],
            "is_masked": found.is_masked,
            "lines": [
                {
                    "line": line,
                    "title": line.name or LINES[line.kind],
                    "rate": _rate_words(line),
                    "net": money(line.net_minor),
                    "tax": money(line.tax_minor),
                    "gross": money(line.gross_minor),
                }
                for line in found.lines
            ],
            "sums": [
                (_rate_words(one), money(one.net_minor), money(one.tax_minor))
                for one in found.sums
            ],
            "net": money(row.net_minor),
            "tax": money(row.tax_minor),
            "rounding": money(row.rounding_minor) if row.rounding_minor else None,
            "gross": money(row.gross_minor),
            "unpaid": money(row.gross_minor - row.prepaid_minor),
            "left": money(row.gross_minor - row.reversed_minor),
            "reds": [(one, _href(self, one), Money(-one.gross_minor, one.currency))
                     for one in found.reds],
            "forms": [
                form for form in facade.FORMS
                if form != "xml" or row.regime is Regime.EN16931
            ] if manages else [],
            "may_correct": manages and is_blue and not row.is_replaced
            and row.gross_minor > row.reversed_minor,
        }  # fmt: skip


class InvoiceAct(ConsoleView):
    """Take an invoice back as a whole."""

    page_code = "invoices"
    permission = "invoices.manage"

    def post(self, request: HttpRequest, invoice_id: str) -> HttpResponse:
        """Do it and show the red one, or say why it was not done."""
        try:
            red = facade.correct_invoice(
                actor=self.frame.person,
                invoice_id=decode("inv", invoice_id),
                reason=request.POST.get("reason", "")[:500],
                now=self.frame.now,
            )
        except QuanquError as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:invoice", args=[invoice_id])))
        messages.success(request, _("It is taken back; the order can be invoiced again."))
        return redirect(_href(self, red))


class InvoiceFileView(ConsoleView):
    """An invoice as a file."""

    page_code = "invoices"
    permission = "invoices.manage"

    def get(self, request: HttpRequest, invoice_id: str, form: str) -> HttpResponse:
        """Send it; who took it is kept."""
        found = facade.invoice_file(
            actor=self.frame.person,
            invoice_id=decode("inv", invoice_id),
            form=form,
            now=self.frame.now,
        )
        return HttpResponse(
            found.content,
            content_type=found.media_type,
            headers={
                "Cache-Control": "private, no-store",
                "Content-Disposition": f'attachment; filename="{found.name}"',
            },
        )


class InvoiceNew(ConsoleView):
    """Write an invoice of an order."""

    page_code = "invoices"
    permission = "invoices.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        typed = {"kind": BuyerKind.COMPANY.value, "order": request.GET.get("order", "")[:100]}
        return self._form({**typed, "once": new_id().hex}, "", 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it, or say what is wrong and keep what was typed."""
        typed = {name: request.POST.get(name, "").strip()[:200]
                 for name in ("order", "part", "kind", "note", "once", *_FIELDS)}  # fmt: skip
        try:
            made = facade.issue_invoice(
                actor=self.frame.person, draft=self._draft(typed), now=self.frame.now
            )
        except (QuanquError, MalformedIdError) as error:
            return self._form(typed, said(error), 422)
        messages.success(request, _("The invoice is written."))
        return redirect(_href(self, made))

    def _draft(self, typed: dict[str, str]) -> InvoiceDraft:
        part = typed["part"]
        kind = typed["kind"]
        buyer = Buyer(
            kind=BuyerKind(kind) if kind in set(BuyerKind) else BuyerKind.PERSONAL,
            **{name: typed[name] for name in _FIELDS},
        )
        return InvoiceDraft(
            id=_id_of(typed["once"]),
            order_id=decode("ord", self._order(typed["order"])),
            buyer=buyer,
            part_no=int(part) if part.isascii() and part.isdecimal() and len(part) < 4 else None,
            note=typed["note"],
        )

    def _order(self, told: str) -> str:
        """Return the id of the order a text names. Raises: InvoiceOrderError."""
        if told.startswith("ord_"):
            return told
        found = list_orders(
            actor=self.frame.person, filters=OrderFilters(text=told), limit=2
        ).items if told and self.frame.person.can("orders.view") else ()  # fmt: skip
        exact = [row for row in found if told in (row.number, row.external_id)]
        if len(exact) != 1:
            raise InvoiceOrderError(ref=told)
        return exact[0].id

    def _form(self, typed: dict[str, str], mistake: str, status: int) -> HttpResponse:
        context = {
            "typed": typed,
            "mistake": mistake,
            "kinds": [(code.value, title) for code, title in BUYERS.items()],
        }
        return self.page("console/invoices/new.html", context, status)


def may_at(view: ConsoleView, permission: str, place_key: int) -> bool:
    """Tell whether the reader holds a right at a place."""
    scope = view.frame.person.scope(permission)
    return scope.everything or place_key in scope.places


def _href(view: ConsoleView, row: InvoiceRow) -> str:
    return view.frame.link(reverse("console:invoice", args=[encode("inv", row.id)]))


def _rate_words(of: Any) -> str:
    """Return a rate as people read it: 13%, or why there is none."""
    told: TaxedSum = of
    if told.treatment.value == "S":
        return f"{(told.rate * 100).normalize():f}%"
    return str(TREATMENTS[told.treatment])
