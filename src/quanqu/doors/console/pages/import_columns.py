"""Step two of the import wizard: what each column is; guessed, and corrected by hand."""

import re
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.connectors.contracts import ColumnInfo, GuessNote, Inspection
from quanqu.doors.connectors.facade import DOUBTFUL, list_mappings, note_text
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.pages.import_wizard import WizardView, look_at, try_mapping
from quanqu.doors.console.pages.import_words import (
    COLUMN_FIELDS,
    ENCODINGS,
    FIELD_GROUPS,
    HOLDS,
    SHAPES,
)
from quanqu.kernel.errors import QuanquError

__all__ = ["ImportColumns"]

_SURE: Final = 0.7
_HIGHEST_HEADER: Final = 1_000
_ORDERS: Final = ("dmy", "mdy")
_SIGNS: Final = (",", ".")
_BLANK: Final[dict[str, Any]] = {"header": None, "encoding": ""}
_TEXTS: Final = ("sheet", "encoding", "date_order", "decimal", "currency")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")


class ImportColumns(WizardView):
    """The columns with their guesses, and how the file is laid out."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the columns with their guesses, or with what was chosen before."""
        return self._draw(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Keep the choices; go on to the check, or look again at a file laid out otherwise."""
        held = self.held(token)
        if name := request.POST.get("kept", ""):
            return self._take_kept(token, name)
        before = held.get("hints", {})
        hints = _layout(request)
        if "again" in request.POST or _is_laid_out_anew(request, hints, before):
            self.keep(token, hints=hints)
            return self._draw(token)
        names = look_at(self.upload(token), {**hints}, self.place(token)).columns
        chosen = {column.name: request.POST.get(f"c{at}", "") for at, column in enumerate(names)}
        shape = request.POST.get("shape", "")
        hints |= {"chosen": chosen, "shape": shape if shape in SHAPES else ""}
        self.keep(token, hints=hints)
        try:
            look = look_at(self.upload(token), hints, self.place(token))
            if look.missing:
                return self._draw(token, _lacking(look))
            try_mapping(self.upload(token), dict(look.mapping), self.place(token))
        except QuanquError as error:
            return self._draw(token, said(error))
        self.keep(token, mapping=dict(look.mapping), saved="")
        return redirect(self.frame.link(reverse("console:import_check", args=[token])))

    def _take_kept(self, token: str, name: str) -> HttpResponseBase:
        """Use a mapping the company keeps, if the file has the columns it needs."""
        kept = next((one for one in self._kept(token) if one["name"] == name), None)
        if kept is None:
            return self._draw(token, _("There is no such mapping any more."))
        try:
            try_mapping(self.upload(token), kept["content"], self.place(token))
        except QuanquError as error:
            return self._draw(token, said(error))
        self.keep(token, mapping=kept["content"], saved=name)
        return redirect(self.frame.link(reverse("console:import_check", args=[token])))

    def _kept(self, token: str) -> list[dict[str, Any]]:
        place = self.place(token)
        if place is None:
            return []
        found = list_mappings(actor=self.frame.person, company_key=place.company_key)
        return [
            {"name": one.name, "version": one.version, "content": msgspec.to_builtins(one.mapping)}
            for one in found
        ]

    def _draw(self, token: str, problem: str = "") -> HttpResponse:
        path = self.upload(token)
        hints = self.held(token).get("hints", {})
        look: Inspection | None = None
        try:
            look = look_at(path, hints, self.place(token))
        except QuanquError as error:
            problem = problem or said(error)
        if look is not None and not problem and look.missing:
            problem = _lacking(look)
        context = {
            "token": token,
            "look": look,
            "columns": [_drawn(column, hints) for column in (look.columns if look else ())],
            "groups": _groups(),
            "shapes": SHAPES.items(),
            "shape": hints.get("shape") or (look.shape if look else ""),
            "notes": [_note(note) for note in (look.notes if look else ())],
            "hints": hints,
            "encodings": ENCODINGS.items(),
            "kept": self._kept(token),
            "problem": problem,
        }
        return self.step(
            "console/imports/columns.html", "columns", context, 422 if problem else 200
        )


def _layout(request: HttpRequest) -> dict[str, Any]:
    """Read how the file is laid out; what is left empty is guessed."""
    told = {name: request.POST.get(name, "").strip() for name in (*_TEXTS, "header")}
    row = told["header"]
    currency = told["currency"].upper()
    return {
        "sheet": told["sheet"],
        "header": min(int(row), _HIGHEST_HEADER) if row.isdecimal() else None,
        "encoding": told["encoding"] if told["encoding"] in ENCODINGS else "",
        "date_order": told["date_order"] if told["date_order"] in _ORDERS else "",
        "decimal": told["decimal"] if told["decimal"] in _SIGNS else "",
        "currency": currency if _CURRENCY.fullmatch(currency) else "",
    }


def _is_laid_out_anew(request: HttpRequest, hints: dict[str, Any], before: dict[str, Any]) -> bool:
    """Tell whether the columns may be others than those the choices were made for."""
    shown = request.POST.get("shown_sheet", "")
    alike = all(hints[name] == before.get(name, _BLANK[name]) for name in _BLANK)
    return not alike or hints["sheet"] != (before.get("sheet") or shown)


def _lacking(look: Inspection) -> str:
    """Say which needed fields no column was found for."""
    names = [str(COLUMN_FIELDS[name]) for name in look.missing]
    return _("No column was found for: %(fields)s. Choose it below.") % {"fields": ", ".join(names)}


def _drawn(column: ColumnInfo, hints: dict[str, Any]) -> dict[str, Any]:
    chosen = hints.get("chosen")
    guess = column.guess or ""
    return {
        "info": column,
        "holds": HOLDS.get(column.holds, column.holds),
        "chosen": guess if chosen is None else chosen.get(column.name, ""),
        "is_sure": chosen is not None or column.confidence >= _SURE,
    }


def _groups() -> list[dict[str, Any]]:
    """Return the fields a column can be, by what they tell of."""
    return [
        {"title": title, "fields": [(name, COLUMN_FIELDS[name]) for name in names]}
        for title, names in FIELD_GROUPS
    ]


def _note(note: GuessNote) -> dict[str, Any]:
    return {"text": note_text(note=note), "is_doubtful": note.code in DOUBTFUL}
