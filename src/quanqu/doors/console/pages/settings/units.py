"""One unit of the tree: renamed, moved, and what is added below it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.words import UNIT_TITLES
from quanqu.doors.console.pages.settings.base import SettingsView, StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.settings.unit_forms import (
    MoveForm,
    NewUnitForm,
    PlaceForm,
    UnitForm,
    place_initial,
)
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import CodeTakenError, UnitInfo, UnitKind
from quanqu.know.org.facade import (
    change_place,
    change_unit,
    ensure_brand,
    ensure_company,
    ensure_place,
    get_place,
    get_tree,
    get_unit,
    move_unit,
    scope_options,
)

__all__ = ["NewUnitPage", "UnitMove", "UnitPage"]

_BELOW = {
    UnitKind.GROUP: (UnitKind.BRAND, UnitKind.COMPANY),
    UnitKind.BRAND: (UnitKind.COMPANY,),
    UnitKind.COMPANY: (UnitKind.PLACE,),
    UnitKind.PLACE: (),
}


class UnitPage(SettingsView):
    """A unit with its form, where it hangs, and what may be added below."""

    permission = "org.view"
    tab = "organisation"

    def get(self, request: HttpRequest, unit_id: str) -> HttpResponse:
        """Show the unit."""
        unit = get_unit(actor=self.frame.person, unit_id=unit_id)
        return self._draw(unit, self._form(unit))

    def post(self, request: HttpRequest, unit_id: str) -> HttpResponse:
        """Keep the changes."""
        self.frame.person.require("org.manage")
        unit = get_unit(actor=self.frame.person, unit_id=unit_id)
        form = self._form(unit, request.POST)
        if not form.is_valid():
            return self._draw(unit, form, status=422)
        try:
            self._keep(unit, form)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(unit, form, status=422)
        messages.success(request, _("The changes are saved."))
        return redirect("console:unit", unit_id)

    def _form(self, unit: UnitInfo, data: Any = None) -> StyledForm:
        if unit.kind is not UnitKind.PLACE:
            initial = {"name": unit.name, "currency": unit.currency}
            return UnitForm(data, initial=initial, has_currency=unit.kind is not UnitKind.BRAND)
        place = get_place(actor=self.frame.person, place_id=unit.id)
        return PlaceForm(data, initial=place_initial(place), language=self.frame.language)

    def _keep(self, unit: UnitInfo, form: StyledForm) -> None:
        actor, now = self.frame.person, self.frame.now
        if isinstance(form, PlaceForm):
            held = get_place(actor=actor, place_id=unit.id).details
            draft = form.draft(is_simulated=held.is_simulated)
            change_place(actor=actor, place_id=unit.id, place=draft, now=now)
            return
        chosen = form.cleaned_data
        currency = chosen.get("currency")
        change_unit(actor=actor, unit_id=unit.id, name=chosen["name"], currency=currency, now=now)

    def _draw(self, unit: UnitInfo, form: StyledForm, status: int = 200) -> HttpResponse:
        context = {
            "unit": unit,
            "kind": UNIT_TITLES[unit.kind],
            "form": form,
            "move": self._move_form(unit),
            "below": [(kind.value, UNIT_TITLES[kind]) for kind in _BELOW[unit.kind]],
            "may_manage": unit.id in self._managed(),
        }
        return self.settings_page("console/settings/unit.html", context, status=status)

    def _managed(self) -> set[str]:
        options = scope_options(actor=self.frame.person, permission="org.manage")
        return {one.id for one in options}

    def _move_form(self, unit: UnitInfo) -> MoveForm | None:
        if unit.kind is not UnitKind.COMPANY:
            return None
        options = scope_options(actor=self.frame.person, permission="org.manage")
        parents = [
            (one.id, f"{one.name} ({UNIT_TITLES[one.kind]})")
            for one in options
            if one.kind in (UnitKind.GROUP, UnitKind.BRAND)
        ]
        held = next(
            (one for one in _flat(get_tree(actor=self.frame.person)) if one.key == unit.parent_key),
            None,
        )
        initial = {"parent_id": held.id} if held else {}
        return MoveForm(initial=initial, parents=parents) if len(parents) > 1 else None


def _flat(nodes: Any) -> list[UnitInfo]:
    return [unit for node in nodes for unit in (node.unit, *_flat(node.children))]


class UnitMove(SettingsView):
    """Hang a company below another brand, or straight below the group."""

    permission = "org.manage"

    def post(self, request: HttpRequest, unit_id: str) -> HttpResponse:
        """Move it with everything below."""
        moved = move_unit(
            actor=self.frame.person,
            unit_id=unit_id,
            parent_id=request.POST.get("parent_id", ""),
            now=self.frame.now,
        )
        messages.success(request, _("%(name)s is moved.") % {"name": moved.name})
        return redirect("console:unit", unit_id)


class NewUnitPage(SettingsView):
    """A brand, company or place to add below a unit."""

    permission = "org.manage"
    tab = "organisation"

    def get(self, request: HttpRequest, unit_id: str) -> HttpResponse:
        """Show an empty form."""
        parent = get_unit(actor=self.frame.person, unit_id=unit_id)
        return self._draw(parent, self._form(parent))

    def post(self, request: HttpRequest, unit_id: str) -> HttpResponse:
        """Add it; a code that is there already is refused beside its field."""
        parent = get_unit(actor=self.frame.person, unit_id=unit_id)
        form = self._form(parent, request.POST)
        if not form.is_valid():
            return self._draw(parent, form, status=422)
        try:
            name = self._add(parent, form)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(parent, form, status=422)
        messages.success(request, _("%(name)s is added.") % {"name": name})
        return redirect("console:organisation")

    def _kind(self, parent: UnitInfo) -> UnitKind | None:
        kinds = _BELOW[parent.kind]
        wanted = self.request.GET.get("kind", "")
        return next((kind for kind in kinds if kind.value == wanted), kinds[0] if kinds else None)

    def _form(self, parent: UnitInfo, data: Any = None) -> StyledForm:
        initial = {"currency": parent.currency, "time_zone": self.frame.zone}
        if self._kind(parent) is UnitKind.PLACE:
            return PlaceForm(data, initial=initial, language=self.frame.language)
        has_currency = self._kind(parent) is UnitKind.COMPANY
        form = NewUnitForm(data, initial=initial, has_currency=has_currency)
        form.order_fields(["name", "code", "currency"])
        return form

    def _add(self, parent: UnitInfo, form: StyledForm) -> str:
        actor, now, chosen = self.frame.person, self.frame.now, form.cleaned_data
        kind = self._kind(parent)
        self._refuse_taken(parent, kind, chosen["code"])
        if isinstance(form, PlaceForm):
            made = ensure_place(actor=actor, company_key=parent.key, place=form.draft(), now=now)
            return made.name
        code, name = chosen["code"], chosen["name"]
        if kind is UnitKind.BRAND:
            return ensure_brand(actor=actor, code=code, name=name, now=now).name
        return ensure_company(
            actor=actor,
            code=code,
            name=name,
            currency=chosen["currency"],
            brand_code=parent.code if parent.kind is UnitKind.BRAND else None,
            now=now,
        ).name

    def _refuse_taken(self, parent: UnitInfo, kind: UnitKind | None, code: str) -> None:
        """A company's code is its own in the whole group, a place's within its company."""
        found = _flat(get_tree(actor=self.frame.person))
        same = [unit for unit in found if unit.kind is kind and unit.code == code]
        if any(kind is not UnitKind.PLACE or unit.parent_key == parent.key for unit in same):
            raise CodeTakenError(unit_code=code, kind=str(kind))

    def _draw(self, parent: UnitInfo, form: StyledForm, status: int = 200) -> HttpResponse:
        kind = self._kind(parent)
        context = {"parent": parent, "form": form, "kind": UNIT_TITLES[kind] if kind else ""}
        template = "console/settings/unit_new.html"
        return self.settings_page(template, context, status=status)
