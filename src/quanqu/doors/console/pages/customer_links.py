"""Merge a customer with another, split identifiers off, lift a verdict."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel import ids
from quanqu.kernel.errors import NotFoundError, RefusedError
from quanqu.kernel.ids import MalformedIdError
from quanqu.know.customers.facade import lift_verdict, merge_customers, split_identifiers

__all__ = ["CustomerMerge", "CustomerSplit", "VerdictLift"]

_LONGEST = 200


class _Change(ConsoleView):
    page_code = "customers"
    permission = "customers.manage"

    def back(self, customer_id: str) -> HttpResponse:
        """Lead back to the customer."""
        return redirect(self.frame.link(reverse("console:customer", args=[customer_id])))


class CustomerMerge(_Change):
    """Say that two customers are one person."""

    def post(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Merge them; a refusal is said on the customer's page."""
        other = request.POST.get("other", "").strip()
        try:
            merge_customers(
                actor=self.frame.actor,
                customer_id=ids.decode("cus", customer_id),
                other_id=ids.decode("cus", other),
                reason=request.POST.get("reason", "")[:_LONGEST],
                now=self.frame.now,
            )
        except (RefusedError, MalformedIdError) as error:
            messages.error(request, said(error))
        else:
            messages.success(
                request, _("The customers are one now. Withdrawing the evidence undoes it.")
            )
        return self.back(customer_id)


class CustomerSplit(_Change):
    """Say that identifiers are somebody else's."""

    def post(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Split them off; a refusal is said on the customer's page."""
        try:
            split_identifiers(
                actor=self.frame.actor,
                customer_id=ids.decode("cus", customer_id),
                identifier_ids=[_uuid(text) for text in request.POST.getlist("identifier")],
                reason=request.POST.get("reason", "")[:_LONGEST],
                now=self.frame.now,
            )
        except RefusedError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("The identifiers are split off and stay away."))
        return self.back(customer_id)


class VerdictLift(_Change):
    """Lift a verdict "not the same"."""

    def post(self, request: HttpRequest, customer_id: str, verdict_key: int) -> HttpResponse:
        """Lift it; what the evidence joins comes together again."""
        lift_verdict(actor=self.frame.actor, verdict_key=verdict_key, now=self.frame.now)
        messages.success(request, _("The verdict is lifted and the identity recomputed."))
        return self.back(customer_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(kind="Identifier", ref=text[:40]) from None
