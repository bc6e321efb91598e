"""Consent over the whole base: coverage by purpose and channel, who is in a state, the words."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.consent_words import (
    BASES,
    REASONS,
    TONES,
    pair_title,
    purpose_name,
    purpose_text,
)
from quanqu.doors.console.pages.customers import title_of
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError
from quanqu.know.consent.contracts import PURPOSES, ConsentCustomerRow, CoverageRow, State
from quanqu.know.consent.facade import (
    count_coverage,
    count_trend,
    list_by_state,
    list_texts,
    publish_text,
)

__all__ = ["ConsentPage", "ConsentTexts"]

_SHOWN: Final = (
    State.GRANTED,
    State.DENIED,
    State.WITHDRAWN,
    State.EXPIRED,
    State.CONFLICT,
    State.PENDING,
    State.NOT_ASKED,
)


class ConsentPage(ConsoleView):
    """How the customers in scope answered, and those in one state."""

    page_code = "consent"
    permission = "customers.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show coverage; with `use` and `state`, the customers in that state too."""
        rows = count_coverage(actor=self.frame.actor, at=self.frame.now)
        asked = [row for row in rows if PURPOSES[row.purpose].needs_consent]
        context = {
            "states": [(state.value, REASONS[state.value]) for state in _SHOWN],
            "rows": [self._row(row) for row in asked],
            "total": asked[0].customers if asked else 0,
            **self._listed(request, {f"{row.purpose}.{row.channel}" for row in asked}),
        }
        return self.page("console/consent/page.html", context)

    def _row(self, row: CoverageRow) -> dict[str, Any]:
        use = f"{row.purpose}.{row.channel}"
        granted = row.states[State.GRANTED]
        return {
            "title": pair_title(row.purpose, row.channel),
            "use": use,
            "rate": granted / row.customers if row.customers else None,
            "restricted": row.restricted,
            "cells": [(state.value, REASONS[state.value], row.states[state]) for state in _SHOWN],
        }

    def _listed(self, request: HttpRequest, known: set[str]) -> dict[str, Any]:
        use, state = request.GET.get("use", ""), request.GET.get("state", "")
        if use not in known or state not in {one.value for one in _SHOWN}:
            return {"listed": None}
        purpose, _dot, channel = use.partition(".")
        frame = self.frame
        found = list_by_state(
            actor=frame.actor,
            purpose=purpose,
            channel=channel,
            state=state,
            at=frame.now,
            cursor=request.GET.get("cursor") or None,
        )
        trend = count_trend(
            actor=frame.actor,
            purpose=purpose,
            channel=channel,
            first=frame.period.first,
            last=frame.period.last,
        )
        tone, icon = TONES.get(state, ("", "minus"))
        return {
            "listed": [self._customer(one) for one in found.items],
            "listed_title": pair_title(purpose, channel),
            "listed_state": REASONS[state],
            "tone": tone,
            "icon": icon,
            "next_cursor": found.next_cursor,
            "trend": [(one.month, REASONS[one.state.value], one.customers) for one in trend],
        }

    def _customer(self, one: ConsentCustomerRow) -> dict[str, Any]:
        identity = ids.encode("cus", one.customer.id)
        return {
            "title": title_of(one.customer),
            "href": self.frame.link(reverse("console:customer", args=[identity])),
            "row": one,
        }


class ConsentTexts(ConsoleView):
    """Purposes, what they mean, and the words they are asked in, by version."""

    page_code = "consent"
    permission = "customers.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show every purpose with its texts."""
        texts = list_texts()
        person = self.frame.person
        cards = [
            {
                "code": purpose.value,
                "name": purpose_name(purpose),
                "text": purpose_text(purpose),
                "basis": BASES[found.basis.value],
                "versions": [row for row in texts if row.purpose is purpose],
            }
            for purpose, found in PURPOSES.items()
        ]
        may = person.can("customers.manage") and person.scope("customers.manage").everything
        return self.page("console/consent/texts.html", {"cards": cards, "may_publish": may})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish the next version of one purpose's words."""
        texts = {"en": request.POST.get("en", ""), "zh-hans": request.POST.get("zh", "")}
        purpose = request.POST.get("purpose", "")
        try:
            made = publish_text(
                actor=self.frame.actor, purpose=purpose, texts=texts, now=self.frame.now
            )
        except InvalidError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("Version %(n)s is published.") % {"n": made[0].version})
        return redirect(self.frame.link(reverse("console:consent_texts")))
