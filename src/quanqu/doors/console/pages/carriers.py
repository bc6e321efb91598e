"""Carriers: who takes parcels, and what they ask."""

import re
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import get_unit
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import (
    CarrierDraft,
    SurchargeKind,
    TariffError,
    TariffFile,
    TariffImport,
    TariffView,
)

__all__ = ["CarrierPage", "CarrierSecret", "CarriersPage", "TariffUpload"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST: Final = 120
_MOST_SHOWN: Final = 50
_EXAMPLE: Final = (
    "kind,zone,country,postcode,region,up_to_g,price,min_days,max_days,extra_g,code,rate,when\n"
    "area,near,CN,2000,,,,,,,,,\narea,land,CN,,,,,,,,,,\n"
    "step,near,,,,1000,6.00,,,,,,\nstep,land,,,,1000,10.00,,,,,,\n"
    "terms,near,,,,,,1,1,,,,\nterms,land,,,,,2.00,2,4,1000,,,\n"
    "surcharge,,,,,,,,,,fuel,8.50,always\n"
)


class CarriersPage(ConsoleView):
    """The carriers of the companies in scope, and a form for another."""

    page_code = "fulfilment"
    permission = "fulfilment.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        frame = self.frame
        companies = {place.company_id: place.company_name for place in frame.visible_places}
        rows = [
            (one, frame.company_name(one.company_key),
             frame.link(reverse("console:carrier", args=[encode("cac", one.id)])))
            for one in facade.list_carriers(actor=frame.actor)
        ]  # fmt: skip
        context = {
            "tab": "carriers",
            "carriers": rows,
            "companies": sorted(companies.items(), key=lambda pair: pair[1]),
            "may_manage": frame.person.can("fulfilment.manage"),
        }
        return self.page("console/fulfilment/carriers.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add one, or say why not."""
        post, person = request.POST, self.frame.person
        try:
            person.require("fulfilment.manage")
            company = get_unit(actor=person, unit_id=post.get("company", ""))
            draft = CarrierDraft(
                company_key=company.key,
                code=post.get("code", "").strip(),
                name=post.get("name", "").strip(),
                settings={"prefix": post.get("prefix", "").strip()},
            )
            known = facade.list_carriers(actor=person, company_key=company.key)
            if any(one.code == draft.code for one in known):
                messages.error(request, _("There is a carrier of this code already."))
                return redirect(self.frame.link(reverse("console:carriers")))
            made = facade.save_carrier(actor=person, draft=draft, now=self.frame.now)
        except (InvalidError, RefusedError, NotFoundError, NotAllowedError) as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:carriers")))
        path = reverse("console:carrier", args=[encode("cac", made.id)])
        return redirect(self.frame.link(path))


class CarrierPage(ConsoleView):
    """A carrier with the versions of its prices."""

    page_code = "fulfilment"
    permission = "fulfilment.view"
    is_detail = True

    def get(self, request: HttpRequest, carrier_id: str) -> HttpResponse:
        """Show it."""
        return self._draw(carrier_id)

    def _draw(self, carrier_id: str, done: TariffImport | None = None) -> HttpResponse:
        frame = self.frame
        found = facade.get_carrier(actor=frame.actor, carrier_id=carrier_id)
        tariffs = facade.list_tariffs(
            actor=frame.actor, carrier_id=carrier_id, limit=_MOST_SHOWN
        ).items
        today = local_date(frame.now, frame.zone)
        context = {
            "carrier": found,
            "carrier_id": carrier_id,
            "company": frame.company_name(found.company_key),
            "tariffs": [_shown(one) for one in tariffs],
            "may_manage": frame.person.can("fulfilment.manage"),
            "today": today.isoformat(),
            "currency": tariffs[0].currency if tariffs else frame.main_currency,
            "example": _EXAMPLE,
            "done": done,
            "typed": frame.query if done is None else self.request.POST,
            "hook": f"/hooks/carriers/{carrier_id}",
        }
        status = 422 if done is not None and done.rejected else 200
        return self.page("console/fulfilment/carrier.html", context, status=status)


class TariffUpload(CarrierPage):
    """Record prices from CSV."""

    permission = "fulfilment.manage"

    def get(self, request: HttpRequest, carrier_id: str) -> HttpResponse:
        """Lead to the carrier."""
        return redirect(self.frame.link(reverse("console:carrier", args=[carrier_id])))

    def post(self, request: HttpRequest, carrier_id: str) -> HttpResponse:
        """Take all rows, or none and say of each why."""
        facade.get_carrier(actor=self.frame.person, carrier_id=carrier_id)
        try:
            done = facade.import_tariff(
                actor=self.frame.person, carrier_id=carrier_id, file=self._file(),
                now=self.frame.now,
            )  # fmt: skip
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
            return self._draw(carrier_id, TariffImport(0, (), None))
        if done.rejected:
            return self._draw(carrier_id, done)
        messages.success(request, _("The prices are recorded."))
        return redirect(self.frame.link(reverse("console:carrier", args=[carrier_id])))

    def _file(self) -> TariffFile:
        post, upload = self.request.POST, self.request.FILES.get("file")
        day, divisor = post.get("valid_from", ""), post.get("divisor", "")
        if not _DAY.fullmatch(day):
            raise TariffError(at="valid_from", problem="a day is written as 2026-11-22")
        if not (divisor.isascii() and divisor.isdigit() and len(divisor) < 7):
            raise TariffError(at="divisor", problem="a whole number")
        try:
            valid_from = date.fromisoformat(day)
        except ValueError:
            raise TariffError(at="valid_from", problem="there is no such day") from None
        return TariffFile(
            service=post.get("service", "").strip(),
            name=post.get("name", "").strip()[: _LONGEST + 1],
            currency=post.get("currency", "").strip(),
            valid_from=valid_from,
            divisor=int(divisor),
            content=upload.read() if upload else post.get("csv", "").encode(),
        )


class CarrierSecret(ConsoleView):
    """Give a carrier a new key to sign with, shown once."""

    page_code = "fulfilment"
    permission = "fulfilment.manage"

    def post(self, request: HttpRequest, carrier_id: str) -> HttpResponse:
        """Show it this once."""
        found = facade.get_carrier(actor=self.frame.person, carrier_id=carrier_id)
        try:
            secret = facade.renew_carrier_secret(
                actor=self.frame.person, carrier_id=carrier_id, now=self.frame.now
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:carrier", args=[carrier_id])))
        context = {
            "carrier": found, "carrier_id": carrier_id, "secret": secret,
            "hook": f"/hooks/carriers/{carrier_id}",
        }  # fmt: skip
        answer = self.page("console/fulfilment/secret.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


def _shown(row: TariffView) -> dict[str, Any]:
    table = row.table
    terms = {one.zone: one for one in table.terms}
    zones = []
    for zone in dict.fromkeys(area.zone for area in table.areas):
        steps = sorted(
            (one for one in table.steps if one.zone == zone), key=lambda one: one.up_to_g
        )
        zones.append(
            {
                "zone": zone,
                "areas": ", ".join(
                    f"{one.country} {one.postcode or one.region}".strip()
                    for one in table.areas
                    if one.zone == zone
                )[:300],
                "terms": terms[zone],
                "steps": [
                    (f"{one.up_to_g / 1000:g} kg", Money(one.price_minor, row.currency))
                    for one in steps
                ],
            }
        )
    surcharges = [
        (one.code, f"{one.amount / 100:g} %" if one.kind is SurchargeKind.RATE
         else Money(one.amount, row.currency), one.kind is SurchargeKind.RATE)
        for one in table.surcharges
    ]  # fmt: skip
    return {"tariff": row, "zones": zones, "surcharges": surcharges}
