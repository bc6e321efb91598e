"""The warehouse of a source: connected here, read every hour or at once."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.pages.settings.base import SettingsView, StyledForm
from quanqu.doors.console.pages.settings.refusals import refusal_text
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import (
    SourceKind,
    WarehouseDraft,
    WarehouseInfo,
    WarehouseRead,
)
from quanqu.know.timeline.facade import (
    ask_for_pull,
    find_warehouse,
    get_source,
    put_warehouse,
)

__all__ = ["SourcePull", "SourceWarehouse"]

_COLUMN: Final = RegexValidator(
    r"^[A-Za-z_][A-Za-z0-9_$]{0,62}$",
    gettext_lazy("The name of a column: letters, digits and underscores."),
)
_SELECT: Final = RegexValidator(
    r"(?is)^\s*(select|with|table|values)\b", gettext_lazy("One SELECT, without a semicolon.")
)
_URL: Final = RegexValidator(
    r"^postgres(ql)?://[^/\s]+/[^\s]+$",
    gettext_lazy("Such as postgresql://reader:password@warehouse.example/shop."),
)


def _column(label: Any, *, is_needed: bool, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=is_needed, max_length=63, validators=[_COLUMN], help_text=hint
    )


class WarehouseForm(StyledForm):
    """What to connect to, what to ask, and which columns say what."""

    url = forms.CharField(
        label=gettext_lazy("Connection string"),
        max_length=2_000,
        validators=[_URL],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "PostgreSQL, with a user who may only read. It is encrypted and not shown again."
        ),
    )
    query = forms.CharField(
        label=gettext_lazy("Query"),
        max_length=20_000,
        validators=[_SELECT],
        widget=forms.Textarea(attrs={"rows": 5, "class": "input mono", "spellcheck": "false"}),
        help_text=gettext_lazy("One row is one event; columns without a role are its properties."),
    )
    id_column = _column(
        gettext_lazy("Column of the id"),
        is_needed=True,
        hint=gettext_lazy("No two rows have the same; a row counts once by it."),
    )
    cursor_column = _column(
        gettext_lazy("Column that grows"),
        is_needed=True,
        hint=gettext_lazy("What is read next begins after its greatest value."),
    )
    time_column = _column(gettext_lazy("Column of the time"), is_needed=True)
    event = forms.CharField(
        label=gettext_lazy("Event name"),
        required=False,
        max_length=256,
        help_text=gettext_lazy("The same for every row; or say the column that has it."),
    )
    event_column = _column(gettext_lazy("Column of the event name"), is_needed=False)
    user_column = _column(gettext_lazy("Column of the user id"), is_needed=False)
    anonymous_column = _column(gettext_lazy("Column of the visitor id"), is_needed=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what leaves open what happened, or to whom."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(given.get("event")) == bool(given.get("event_column")):
            self.add_error("event", _("Give a name, or the column that has it, and not both."))
        if not given.get("user_column") and not given.get("anonymous_column"):
            self.add_error("user_column", _("Say whose a row is: a user id or a visitor id."))
        return given

    @staticmethod
    def start(held: WarehouseInfo | None) -> dict[str, Any]:
        """Return the fields as they are; the connection string has to be given again."""
        if held is None:
            return {}
        return {name: getattr(held.read, name) for name in WarehouseRead.__slots__}

    def draft(self) -> WarehouseDraft:
        """Return the fields as the room takes them."""
        chosen = dict(self.cleaned_data)
        return WarehouseDraft(chosen.pop("url"), WarehouseRead(**chosen))


class SourceWarehouse(SettingsView):
    """What a source reads from, how far it was read, and its form."""

    permission = "timeline.manage"
    tab = "sources"

    def get(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show it."""
        return self._draw(source_id, None)

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Connect it, in place of the one before."""
        form = WarehouseForm(request.POST)
        if not form.is_valid():
            return self._draw(source_id, form, status=422)
        try:
            put_warehouse(
                actor=self.frame.person, source_id=source_id, draft=form.draft(), now=self.frame.now
            )
        except QuanquError as error:
            form.add_error(None, refusal_text(error))
            return self._draw(source_id, form, status=422)
        messages.success(request, _("The warehouse is connected."))
        return redirect("console:source_warehouse", source_id)

    def _draw(self, source_id: str, form: WarehouseForm | None, status: int = 200) -> HttpResponse:
        person = self.frame.person
        source = get_source(actor=person, source_id=source_id, now=self.frame.now)
        held = find_warehouse(actor=person, source_id=source_id)
        context = {
            "source": source,
            "held": held,
            "form": form or WarehouseForm(initial=WarehouseForm.start(held)),
            "may_manage": person.scope("timeline.manage").everything,
            "is_of_kind": source.kind is SourceKind.WAREHOUSE,
        }
        return self.settings_page("console/settings/warehouse.html", context, status=status)


class SourcePull(SettingsView):
    """Have a warehouse read now."""

    permission = "timeline.manage"

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Queue it."""
        ask_for_pull(actor=self.frame.person, source_id=source_id)
        messages.success(request, _("The warehouse is being read."))
        return redirect("console:source_warehouse", source_id)
