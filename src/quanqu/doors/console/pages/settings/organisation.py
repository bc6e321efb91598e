"""The organisation: group, brands, companies and places as a tree, and the exchange rates."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.words import PLACE_TYPE_TITLES, UNIT_ICONS, UNIT_TITLES
from quanqu.doors.console.pages.settings.base import SettingsView
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.settings.unit_forms import RateForm
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import TreeNode
from quanqu.know.org.facade import get_tree, list_rates, record_rates

__all__ = ["OrganisationPage"]


class OrganisationPage(SettingsView):
    """The part of the tree the reader may see."""

    permission = "org.view"
    tab = "organisation"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it, with the exchange rates on record."""
        return self._draw(RateForm(initial={"valid_on": self.frame.now.date()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Record an exchange rate."""
        form = RateForm(request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        try:
            record_rates(actor=self.frame.person, rates=[form.given()], now=self.frame.now)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        messages.success(request, _("The rate is recorded."))
        return redirect("console:organisation")

    def _draw(self, form: RateForm, status: int = 200) -> HttpResponse:
        person = self.frame.person
        context = {
            "lines": [line for root in get_tree(actor=person) for line in _lines(root, 0)],
            "rates": list_rates(actor=person, limit=20).items,
            "form": form,
            "may_manage": person.can("org.manage"),
            "may_rate": person.scope("org.manage").everything,
        }
        return self.settings_page("console/settings/organisation.html", context, status=status)


def _lines(node: TreeNode, depth: int) -> Iterator[dict[str, Any]]:
    place = node.place
    yield {
        "unit": node.unit,
        "place": place,
        "depth": min(depth, 3),
        "kind": PLACE_TYPE_TITLES[place.details.place_type]
        if place
        else UNIT_TITLES[node.unit.kind],
        "icon": UNIT_ICONS[node.unit.kind],
    }
    for child in node.children:
        yield from _lines(child, depth + 1)
