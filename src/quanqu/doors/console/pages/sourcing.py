"""Profiles of sourcing: the version in force, the editor with its words, versions, shadows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.sourcing_form import (
    as_json,
    body_of,
    criteria_titles,
    fields_of,
    is_plain,
)
from quanqu.doors.console.pages.sourcing_words import CRITERIA, UNFILLABLE
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.know.org.contracts import UnitInfo, UnitNotFoundError
from quanqu.know.org.facade import channels
from quanqu.sell.sourcing import facade
from quanqu.sell.sourcing.contracts import STANDARD, Profile, Unfillable, VersionInfo

__all__ = [
    "SourcingActivation",
    "SourcingPage",
    "SourcingPreview",
    "SourcingShadow",
    "SourcingShadowEnd",
    "SourcingUndo",
]

MANAGE = "sourcing.manage"


class SourcingPage(ConsoleView):
    """The profile of a company and channel."""

    page_code = "sourcing"
    permission = "sourcing.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what is in force, or the version asked for, to be changed."""
        company = _company(self.frame, request.GET.get("company", ""))
        channel = request.GET.get("channel", "")
        return self._draw(company, channel, request.GET.get("version", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save the next version; what was typed is kept when it is refused."""
        told = {name: str(value) for name, value in request.POST.items()}
        company = _company(self.frame, told.get("company", ""))
        if company is None:
            raise UnitNotFoundError(ref=told.get("company", "")[:40])
        channel = told.get("channel", "")
        try:
            saved = facade.save_profile(
                actor=self.frame.person,
                company_key=company.key,
                channel=channel,
                body=body_of(told, request.POST.getlist("kinds")),
                note=told.get("note", ""),
                now=self.frame.now,
            )
        except QuanquError as error:
            return self._draw(company, channel, "", fault=said(error), typed=told, status=422)
        messages.success(
            request,
            _("Version %(number)s is saved. It is not in force yet.") % {"number": saved.number},
        )
        return redirect(_back(self.frame, company, channel))

    def _draw(
        self,
        company: UnitInfo | None,
        channel: str,
        version: str,
        *,
        fault: str = "",
        typed: dict[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        actor = self.frame.actor
        versions: tuple[VersionInfo, ...] = ()
        if company is not None:
            versions = facade.list_versions(actor=actor, company_key=company.key, channel=channel)
        force = next((one for one in versions if one.is_active), None)
        shown = next((one for one in versions if encode("spf", one.id) == version), force)
        profile = shown.profile if shown else STANDARD
        context = {
            "tab": "profiles",
            "company": company,
            "companies": facade.sourced_companies(actor=actor),
            "channel": channel,
            "channels": [one.code.value for one in channels()],
            "force": force,
            "shown": shown,
            "sentences": _sentences(profile, company),
            "versions": [self._version(one, company) for one in versions],
            "has_shadow": any(one.is_shadow for one in versions),
            "may_undo": force is not None or any(one.is_former for one in versions),
            "may_manage": self.frame.person.can(MANAGE),
            "fault": fault,
            **_editor(profile, typed),
        }
        return self.page("console/sourcing/page.html", context, status=status)

    def _version(self, one: VersionInfo, company: UnitInfo | None) -> dict[str, Any]:
        told: dict[str, Any] = {
            "row": one,
            "id": encode("spf", one.id),
            "sentences": _sentences(one.profile, company)["both"][0][1],
        }
        if one.is_shadow and company is not None:
            found = facade.summarise_shadow(actor=self.frame.actor, version_id=one.id)
            told["found"] = found
            told["cost"] = Money(found.cost_minor, company.currency)
            told["shadow_cost"] = Money(found.shadow_cost_minor, company.currency)
        return told


class SourcingPreview(ConsoleView):
    """What is typed, in words, while it is typed."""

    page_code = "sourcing"
    permission = "sourcing.view"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say it in both languages, or what is wrong with it."""
        told = {name: str(value) for name, value in request.POST.items()}
        company = _company(self.frame, told.get("company", ""))
        try:
            profile = facade.read_body(body=body_of(told, request.POST.getlist("kinds")))
        except QuanquError as error:
            return self.page("console/sourcing/preview.html", {"fault": said(error)})
        return self.page(
            "console/sourcing/preview.html", {"sentences": _sentences(profile, company)}
        )


class SourcingActivation(ConsoleView):
    """Put a version in force."""

    page_code = "sourcing"
    permission = MANAGE

    def post(self, request: HttpRequest, profile_id: str) -> HttpResponse:
        """Activate it, with a way back."""
        found = facade.activate_profile(
            actor=self.frame.person, version_id=decode("spf", profile_id), now=self.frame.now
        )
        messages.success(request, _("Version %(number)s is in force.") % {"number": found.number})
        return redirect(_back_to(self.frame, found))


class SourcingShadow(ConsoleView):
    """Let a version watch."""

    page_code = "sourcing"
    permission = MANAGE

    def post(self, request: HttpRequest, profile_id: str) -> HttpResponse:
        """Put it in shadow."""
        found = facade.shadow_profile(
            actor=self.frame.person, version_id=decode("spf", profile_id), now=self.frame.now
        )
        told = _("Version %(number)s decides in shadow.") % {"number": found.number}
        messages.success(request, told)
        return redirect(_back_to(self.frame, found))


class SourcingUndo(ConsoleView):
    """Go back to the former version."""

    page_code = "sourcing"
    permission = MANAGE

    def post(self, request: HttpRequest) -> HttpResponse:
        """Undo the last activation."""
        company, channel = _asked(self.frame, request)
        facade.undo_activation(
            actor=self.frame.person, company_key=company.key, channel=channel, now=self.frame.now
        )
        messages.success(request, _("The former version is in force."))
        return redirect(_back(self.frame, company, channel))


class SourcingShadowEnd(ConsoleView):
    """End the shadow."""

    page_code = "sourcing"
    permission = MANAGE

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let no version watch any more."""
        company, channel = _asked(self.frame, request)
        facade.end_shadow(
            actor=self.frame.person, company_key=company.key, channel=channel, now=self.frame.now
        )
        messages.success(request, _("No version decides in shadow."))
        return redirect(_back(self.frame, company, channel))


def _company(frame: Frame, company_id: str) -> UnitInfo | None:
    """Return the company asked for, else the first there is; None where there is none."""
    found = facade.sourced_companies(actor=frame.actor)
    if company_id:
        return next((one for one in found if one.id == company_id), None)
    return found[0] if found else None


def _asked(frame: Frame, request: HttpRequest) -> tuple[UnitInfo, str]:
    told = request.POST.get("company", "")
    company = _company(frame, told) if told else None
    if company is None:
        raise UnitNotFoundError(ref=told[:40])
    return company, request.POST.get("channel", "")


def _back(frame: Frame, company: UnitInfo, channel: str) -> str:
    return frame.link(reverse("console:sourcing"), company=company.id, channel=channel)


def _back_to(frame: Frame, found: VersionInfo) -> str:
    companies = facade.sourced_companies(actor=frame.actor)
    company = next((one for one in companies if one.key == found.company_key), None)
    return _back(frame, company, found.channel) if company else reverse("console:sourcing")


def _sentences(profile: Profile, company: UnitInfo | None) -> dict[str, Any]:
    """Return a profile in words: the reader's language is chosen by the page, both are there."""
    currency = company.currency if company else "CNY"
    return {
        "both": [
            (
                code,
                facade.profile_sentences(profile=profile, language=code, currency=currency),
            )
            for code in ("en", "zh-hans")
        ]
    }


def _editor(profile: Profile, typed: dict[str, str] | None) -> dict[str, Any]:
    """Return what the editor shows: the form where it holds everything, else JSON."""
    as_form = is_plain(profile) and not (typed and typed.get("json"))
    return {
        "as_form": as_form,
        "fields": fields_of(profile) if as_form else {},
        "json": typed["json"] if typed and typed.get("json") else as_json(profile),
        "criteria": criteria_titles(CRITERIA),
        "unfillables": [(one.value, UNFILLABLE[one]) for one in Unfillable],
    }
