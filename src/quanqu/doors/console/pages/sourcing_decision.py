"""One decision of sourcing: parcels, score and bound, and why each other place does not ship."""

from collections import Counter
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import Cell, chip
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.sourcing_words import (
    CAUSES,
    CRITERIA,
    REASONS,
    UNFILLABLE,
)
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.sourcing.contracts import Criterion, Decision, Reason, Rejection, ShippedLine
from quanqu.sell.sourcing.facade import get_decision

__all__ = ["SourcingDecisionPage"]

MOST_SHOWN: Final = 100


class SourcingDecisionPage(ConsoleView):
    """A decision as it stands, or at an earlier revision."""

    page_code = "sourcing"
    permission = "sourcing.view"
    is_detail = True

    def get(self, request: HttpRequest, decision_id: str) -> HttpResponse:
        """Show it."""
        told = request.GET.get("revision", "")
        found = get_decision(
            actor=self.frame.actor,
            request_id=decode("srq", decision_id),
            revision=int(told) if told.isdecimal() and len(told) < 6 else None,
        )
        items = {line.variant_key for one in found.parcels for line in one.lines}
        items |= {line.variant_key for line in found.unfilled}
        items |= {item for one in found.rejections for item in one.lines}
        labels = variant_labels(variant_keys=items)
        currency = companies_by_key(keys=[found.company_key])[found.company_key].currency
        context = {
            "found": found,
            "decision_id": decision_id,
            "company": self.frame.company_name(found.company_key),
            "cause": CAUSES.get(found.cause, found.cause),
            "state": _state(found),
            "parcels": [self._parcel(one, labels, currency) for one in found.parcels],
            "unfilled": _named(found.unfilled, labels),
            "scores": _scores(found),
            "rejections": [self._rejection(one, labels) for one in found.rejections[:MOST_SHOWN]],
            "tally": _tally(found),
            "more": max(len(found.rejections) - MOST_SHOWN, 0),
            "revisions": [str(one) for one in range(found.revision)],
            "shadows": [self._shadow(one, currency) for one in found.shadows],
        }
        return self.page("console/sourcing/decision.html", context)

    def _parcel(self, one: Any, labels: dict[int, VariantLabel], currency: str) -> dict[str, Any]:
        return {
            "place": self._place(one.place_key),
            "lines": _named(one.lines, labels),
            "km": one.km,
            "cost": Money(one.cost_minor, currency),
            "leaves_at": one.leaves_at,
            "arrives_at": one.arrives_at,
        }

    def _rejection(self, one: Rejection, labels: dict[int, VariantLabel]) -> dict[str, Any]:
        title, tone = REASONS[one.reason]
        detail = ""
        if one.reason is Reason.WORSE and one.criterion:
            detail = _("%(criterion)s: %(by)s more") % {
                "criterion": CRITERIA[one.criterion],
                "by": one.by,
            }
        if one.reason is Reason.TOO_FEW:
            detail = ", ".join(labels[item].sku for item in one.lines if item in labels)
        return {"place": self._place(one.place_key), "why": chip(str(title), tone), "more": detail}

    def _shadow(self, one: Any, currency: str) -> dict[str, Any]:
        return {
            "number": one.number,
            "strategy": one.strategy,
            "places": ", ".join(self._place(key) for key, _lines in one.parcels),
            "cost": Money(one.cost_minor, currency),
            "km": one.km,
            "state": chip(_("the same"), "good") if one.is_same else chip(_("otherwise"), "warn"),
        }

    def _place(self, key: int) -> str:
        place = self.frame.places.get(key)
        return place.name if place else "–"


def _state(found: Decision) -> Cell:
    if found.is_filled:
        return chip(_("shipped whole"), "good", "check")
    title = UNFILLABLE[found.unfillable] if found.unfillable else _("lines stay behind")
    return chip(str(title), "warn", "triangle-alert")


def _scores(found: Decision) -> list[dict[str, Any]]:
    """Return each criterion with what the plan comes to and what none is below."""
    return [
        {
            "title": CRITERIA[Criterion(by)],
            "score": score,
            "bound": bound,
        }
        for by, score, bound in zip(found.criteria, found.score, found.bound, strict=False)
    ]


def _tally(found: Decision) -> list[tuple[Cell, int]]:
    counts = Counter(one.reason for one in found.rejections)
    return [(chip(str(REASONS[one][0]), REASONS[one][1]), n) for one, n in counts.most_common()]


def _named(
    lines: tuple[ShippedLine, ...], labels: dict[int, VariantLabel]
) -> list[tuple[int, str, str]]:
    """Return quantity, name and SKU of lines."""
    return [
        (
            line.quantity,
            labels[line.variant_key].name if line.variant_key in labels else "–",
            labels[line.variant_key].sku if line.variant_key in labels else "",
        )
        for line in lines
    ]
