"""The consents on a customer's page, and what staff may do with them."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.consent_words import (
    REASONS,
    SOURCES,
    STATUSES,
    TONES,
    pair_options,
    pair_title,
)
from quanqu.engage.care.contracts import CustomerCare
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.know.consent.contracts import (
    Channel,
    ConsentInputError,
    ConsentRecordRow,
    CustomerConsent,
    Purpose,
    Reason,
    SourceKind,
    Statement,
    Status,
)
from quanqu.know.consent.facade import (
    list_records,
    make_preference_link,
    record_consents,
    revoke_preference_links,
)

__all__ = ["ConsentLink", "ConsentRecording", "consents_of"]

_SHOWN: Final = 12
_SILENT: Final = frozenset({Reason.NOT_ASKED, Reason.NOT_NEEDED})
_SAID: Final = (Status.GRANTED, Status.DENIED, Status.WITHDRAWN)


def consents_of(view: ConsoleView, care: CustomerCare) -> dict[str, Any]:
    """Return what a customer's page shows of consent."""
    found = care.consents
    records = list_records(actor=view.frame.actor, customer_id=care.customer.row.id)
    return {
        "rows": [_row(one) for one in found if one.reason not in _SILENT],
        "silent": [_row(one) for one in found if one.reason in _SILENT],
        "records": [_record(one) for one in records[:_SHOWN]],
        "record_count": len(records),
        "options": pair_options(),
        "statuses": [(status.value, STATUSES[status.value]) for status in _SAID],
    }


def _row(one: CustomerConsent) -> dict[str, Any]:
    tone, icon = TONES.get(one.reason.value, ("", "minus"))
    return {
        "title": pair_title(one.purpose, one.channel),
        "reason": REASONS[one.reason.value],
        "tone": tone,
        "icon": icon,
        "observed_at": one.observed_at,
        "valid_until": one.valid_until,
    }


def _record(one: ConsentRecordRow) -> dict[str, Any]:
    tone, icon = TONES.get(one.status.value, ("", "minus"))
    return {
        "title": pair_title(one.purpose, one.channel),
        "status": STATUSES[one.status.value],
        "tone": tone,
        "icon": icon,
        "source": SOURCES[one.source_kind.value],
        "row": one,
    }


class ConsentRecording(ConsoleView):
    """Record by hand what a customer said, with a note that proves it."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Record it for every identifier of the customer."""
        try:
            done = record_consents(
                actor=self.frame.actor,
                customer_id=ids.decode("cus", customer_id),
                statements=[_statement(request, self.frame.now)],
                note=request.POST.get("note", "").strip() or None,
                now=self.frame.now,
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
        else:
            told = _("It is recorded.") if done.made else _("It was recorded before.")
            messages.success(request, told)
        address = reverse("console:customer", args=[customer_id])
        return redirect(f"{self.frame.link(address)}#consents")


class ConsentLink(ConsoleView):
    """Make a customer's link to their preferences, or end the links there are."""

    page_code = "customers"
    permission = "customers.manage"
    is_detail = True

    def post(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Show the new link once; revoking leads back."""
        actor, now = self.frame.actor, self.frame.now
        identity = ids.decode("cus", customer_id)
        if request.POST.get("action") == "revoke":
            count = revoke_preference_links(actor=actor, customer_id=identity, now=now)
            told = _("The link no longer works.") if count else _("There was no link to end.")
            messages.success(request, told)
            address = reverse("console:customer", args=[customer_id])
            return redirect(f"{self.frame.link(address)}#consents")
        made = make_preference_link(actor=actor, customer_id=identity, now=now)
        address = reverse("preferences:preferences", args=[made.token])
        context = {
            "identity": customer_id,
            "address": request.build_absolute_uri(address),
            "expires_at": made.expires_at,
        }
        return self.page("console/customers/consent_link.html", context)


def _statement(request: HttpRequest, now: datetime) -> Statement:
    purpose, _dot, channel = request.POST.get("what", "").partition(".")
    status = request.POST.get("status", "")
    source = request.POST.get("source", "").strip()
    if purpose not in set(Purpose) or channel not in set(Channel) or status not in _SAID:
        raise ConsentInputError(problem="choose a purpose and an answer")
    return Statement(
        Purpose(purpose), Channel(channel), Status(status), SourceKind.STAFF, source, now
    )
