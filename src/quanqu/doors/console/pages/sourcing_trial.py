"""A version of a sourcing profile tried on past orders, beside the one in force."""

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.checkout.contracts import MOST_TRIED, ProfileTrial
from quanqu.sell.checkout.facade import try_profile
from quanqu.sell.sourcing.contracts import VersionInfo
from quanqu.sell.sourcing.facade import get_version

__all__ = ["SourcingTrial"]

_USUAL_DAYS: Final = 30
_LONGEST: Final = 366
_EARLIEST: Final = 2000
_LATEST: Final = 2999
SAMPLES: Final = (100, 200, 500, MOST_TRIED)
_USUAL: Final = 200


class SourcingTrial(ConsoleView):
    """What a version would have done with the orders of a month, and of any other time."""

    page_code = "sourcing"
    permission = "sourcing.view"
    is_detail = True

    def get(self, request: HttpRequest, profile_id: str) -> HttpResponse:
        """Try it on the days asked for, else on the last thirty."""
        version = get_version(actor=self.frame.actor, version_id=decode("spf", profile_id))
        today = self.frame.now.date()
        last = _day(request.GET.get("until", ""), today)
        first = _day(request.GET.get("since", ""), last - timedelta(days=_USUAL_DAYS))
        told = request.GET.get("sample", "")
        sample = int(told) if told in map(str, SAMPLES) else _USUAL
        fault = ""
        if first > last:
            fault = _("The first day is after the last.")
        elif (last - first).days >= _LONGEST:
            fault = _("A year at most.")
        trial = None
        if not fault:
            trial = try_profile(
                actor=self.frame.actor, version_id=version.id, first=first, last=last,
                most=sample, now=self.frame.now,
            )  # fmt: skip
        context = {
            "tab": "profiles",
            "version": version,
            "version_id": encode("spf", version.id),
            "company": self.frame.company_name(version.company_key),
            "since": first.isoformat(),
            "until": last.isoformat(),
            "samples": SAMPLES,
            "sample": sample,
            "fault": fault,
            "trial": trial,
            "rows": _rows(trial, version) if trial else [],
        }
        return self.page("console/sourcing/trial.html", context, status=422 if fault else 200)


def _day(text: str, otherwise: date) -> date:
    try:
        told = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return told if _EARLIEST <= told.year <= _LATEST else otherwise


def _rows(trial: ProfileTrial, version: VersionInfo) -> list[dict[str, Any]]:
    """Return what is compared: what it is, in force and tried, how the tried one differs."""
    found = trial.found
    currency = companies_by_key(keys=[version.company_key])[version.company_key].currency
    counts = (
        (_("Not shipped whole"), found.unfilled, found.shadow_unfilled, ""),
        (_("Parcels"), found.parcels, found.shadow_parcels, ""),
        (_("Cost"), found.cost_minor, found.shadow_cost_minor, currency),
        (_("Distance, km"), found.km, found.shadow_km, ""),
    )
    return [
        {
            "title": title,
            "ours": Money(ours, unit) if unit else ours,
            "theirs": Money(theirs, unit) if unit else theirs,
            "is_money": bool(unit),
            "change": None if not ours else (theirs - ours) / ours,
        }
        for title, ours, theirs, unit in counts
    ]
