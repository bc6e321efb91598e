"""How long data is kept, and where personal data rests."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.privacy_words import CLASSES, SORTS, STORES, TREATMENTS
from quanqu.kernel.errors import QuanquError
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import PrivacyPolicy

__all__ = ["InventoryPage", "RetentionPage"]


class RetentionPage(ConsoleView):
    """The rules, each with what it would drop now and dropped last; and the policy."""

    page_code = "privacy"
    permission = "privacy.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show rules and policy."""
        rules = [
            (*SORTS.get(row.code, (row.code, "")), row)
            for row in facade.list_retention(actor=self.frame.person, now=self.frame.now)
        ]
        context = {
            "rules": rules,
            "policy": facade.get_policy(actor=self.frame.person),
            "may_change": self.frame.person.can("privacy.erase"),
        }
        return self.page("console/privacy/retention.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change one rule, or the policy."""
        given = request.POST
        try:
            if "code" in given:
                days = given.get("days", "").strip()
                facade.set_retention(
                    actor=self.frame.person,
                    code=given["code"],
                    days=_number(days) if days else None,
                    now=self.frame.now,
                )
            else:
                facade.set_policy(
                    actor=self.frame.person,
                    policy=PrivacyPolicy(
                        given.get("needs_second_person") == "1",
                        *(_number(given.get(name, "")) for name in _DAYS),
                    ),
                    now=self.frame.now,
                )
            messages.success(request, _("Saved."))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:privacy_retention")))


class InventoryPage(ConsoleView):
    """Every place with personal data, written from what the rooms declare."""

    page_code = "privacy"
    permission = "privacy.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the places by store."""
        person = self.frame.person
        places = []
        for one in facade.list_holdings(actor=person):
            title, tone, icon = TREATMENTS[one.treatment]
            classes = sorted({CLASSES[each] for _name, each in one.columns}, key=str)
            names = [name for name, _class in one.columns]
            chipped = chip(str(title), tone, icon)
            places.append((one, STORES[one.store], classes, names, chipped))
        suppressed, met = facade.count_suppressed(actor=person)
        context = {"places": places, "suppressed": suppressed, "met": met}
        return self.page("console/privacy/inventory.html", context)


_DAYS = ("pipl_days", "package_days", "backup_days")


def _number(text: str) -> int:
    """Return a number of days; what is none is out of every range."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
