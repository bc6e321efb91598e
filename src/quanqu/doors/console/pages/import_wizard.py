"""The import wizard: file, check, import (the columns have a module of their own)."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from quanqu.doors.connectors.contracts import (
    Hints,
    ImportRequest,
    ImportRow,
    Inspection,
    Layout,
    Preview,
)
from quanqu.doors.connectors.facade import (
    draft_yaml,
    inspect,
    keep_upload,
    list_channels,
    preview,
    queue_import,
    save_mapping,
    uploaded_path,
)
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.import_preview import Ground, rejects_of, tables_of
from quanqu.kernel.errors import NotAllowedError, NotFoundError, QuanquError
from quanqu.know.org.contracts import PlaceInfo

__all__ = [
    "ImportCheck",
    "ImportFile",
    "ImportMapping",
    "ImportStart",
    "WizardView",
    "look_at",
    "try_mapping",
]

GENERIC: Final = "generic"
_CURRENCY: Final = "CNY"
_ZONE: Final = "Asia/Shanghai"
_LOOK: Final = 50_000


class WizardView(ConsoleView):
    """A step; what was chosen so far waits in the session under the upload's token."""

    page_code = "imports"
    permission = "imports.run"

    def held(self, token: str) -> dict[str, Any]:
        """Return what was chosen for an upload so far."""
        found: dict[str, Any] = self.request.session.get(_slot(token), {})
        return found

    def upload(self, token: str) -> Path:
        """Return the file that this session brought. Raises: NotFoundError."""
        if not self.held(token):
            raise NotFoundError(kind="Upload", ref=token)
        return uploaded_path(token=token)

    def keep(self, token: str, **chosen: Any) -> None:
        """Remember choices for an upload."""
        self.request.session[_slot(token)] = {**self.held(token), **chosen}

    def place(self, token: str) -> PlaceInfo | None:
        """Return the place chosen; None for the format's own."""
        wanted = self.held(token).get("place", "")
        return next((one for one in self.frame.visible_places if one.id == wanted), None)

    def step(
        self, template: str, step: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """Draw a step with the list of steps."""
        steps = [
            ("file", _("File")),
            ("columns", _("Columns")),
            ("check", _("Check")),
            ("import", _("Import")),
        ]
        at = [code for code, _title in steps].index(step)
        shown = [
            {"title": title, "is_now": index == at, "is_done": index < at}
            for index, (_code, title) in enumerate(steps)
        ]
        return self.page(template, {"steps": shown, **context}, status=status)


class ImportFile(WizardView):
    """Step one: the file, its format, where it belongs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._draw()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the file and go on to its columns, or to the check where the format knows them."""
        given = request.FILES.get("file")
        channel = request.POST.get("channel", GENERIC)
        if given is None:
            return self._draw(_("Choose a file first."), channel)
        try:
            upload = keep_upload(
                actor=self.frame.person, file_name=given.name or "upload", blocks=given.chunks()
            )
        except QuanquError as error:
            return self._draw(said(error), channel)
        self.keep(
            upload.token,
            channel=channel,
            place=request.POST.get("place", ""),
            file_name=upload.file_name,
            hints={},
        )
        following = "console:import_columns" if channel == GENERIC else "console:import_check"
        address = self.frame.link(reverse(following, args=[upload.token]))
        if getattr(request, "htmx", False):
            answer = HttpResponse()
            answer["HX-Redirect"] = address
            return answer
        return redirect(address)

    def _draw(self, problem: str = "", channel: str = GENERIC) -> HttpResponse:
        channels = sorted(
            (one for one in list_channels() if one.kind != "folder"),
            key=lambda one: (one.code != GENERIC, one.name),
        )
        context = {
            "channels": channels,
            "channel": channel,
            "places": self.frame.visible_places,
            "problem": problem,
        }
        status = 422 if problem and not getattr(self.request, "htmx", False) else 200
        return self.step("console/imports/file.html", "file", context, status)


class ImportCheck(WizardView):
    """Step three: what the first rows become; then a dry run or the import itself."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the first rows converted."""
        held = self.held(token)
        path = self.upload(token)
        context: dict[str, Any] = {
            "token": token,
            "file_name": held.get("file_name", path.name),
            "channel_name": {one.code: one.name for one in list_channels()}.get(
                held.get("channel", ""), ""
            ),
            "place": self.place(token),
            "is_generic": "mapping" in held,
            "problem": "",
        }
        if "mapping" in held:
            try:
                seen = try_mapping(path, held["mapping"], self.place(token))
                ground = ground_of(held["mapping"], self.place(token))
                context |= {"seen": seen, "tables": tables_of(seen, self.frame, ground)}
                context["rejects"] = rejects_of(seen.rejects)
            except QuanquError as error:
                context["problem"] = said(error)
        return self.step("console/imports/check.html", "check", context)


class ImportStart(WizardView):
    """Step four: leave the file to the worker, dry or for real."""

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Queue the import and show its progress."""
        held = self.held(token)
        path = self.upload(token)
        is_dry = request.POST.get("dry") == "1"
        place = self.place(token)
        asked = ImportRequest(
            channel=held.get("channel", GENERIC),
            path=path,
            place_code=place.code if place else "",
            company_code=place.company_code if place else "",
            dry_run=is_dry,
            file_name=held.get("file_name", path.name),
        )
        run = self._queue(token, asked, place)
        if is_dry:
            request.session[f"dry-run:{run.id}"] = token
        return redirect(self.frame.link(reverse("console:import", args=[run.id])))

    def _queue(self, token: str, asked: ImportRequest, place: PlaceInfo | None) -> ImportRow:
        """Queue with the mapping of the wizard; the company keeps it if the person may do that."""
        actor, now = self.frame.person, self.frame.now
        held = self.held(token)
        content = held.get("mapping")
        if content is None:
            return queue_import(actor=actor, request=asked, now=now)
        if place is not None and not held.get("saved"):
            try:
                saved = save_mapping(
                    actor=actor, company_key=place.company_key, content=content, now=now
                )
                self.keep(token, saved=saved.name)
            except NotAllowedError:
                self.keep(token, saved="-")  # who may import to one place only keeps no mappings
        return queue_import(
            actor=actor, request=replace(asked, mapping_contents=(content,)), now=now
        )


class ImportMapping(WizardView):
    """The mapping of the wizard as a file, to be edited or used at the command line."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Send the mapping as YAML."""
        held = self.held(token)
        if "hints" not in held:
            raise NotFoundError(kind="Mapping", ref=token)
        look = look_at(self.upload(token), held["hints"], self.place(token))
        name = f"{Path(held.get('file_name', 'file')).stem}.mapping.yaml"
        return HttpResponse(
            draft_yaml(look=look),
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(True, name)},
        )


def _slot(token: str) -> str:
    return f"import:{token}"


def try_mapping(path: Path, content: dict[str, Any], place: PlaceInfo | None) -> Preview:
    """Convert the first rows with a mapping, in the place's currency and zone."""
    ground = ground_of(content, place)
    return preview(path=path, mapping=content, currency=ground.currency, zone=ground.zone)


def ground_of(content: dict[str, Any], place: PlaceInfo | None) -> Ground:
    """Return the currency and zone a mapping is read in: its own, the place's, the format's."""
    return Ground(
        content.get("currency") or (place.currency if place else _CURRENCY),
        content.get("zone") or (place.time_zone if place else _ZONE),
    )


def look_at(path: Path, hints: dict[str, Any], place: PlaceInfo | None) -> Inspection:
    """Look at an upload with what was chosen so far."""
    currency = hints.get("currency") or (place.currency if place else _CURRENCY)
    return inspect(path=path, hints=hints_of(hints), currency=currency, rows=_LOOK)


def hints_of(held: dict[str, Any]) -> Hints:
    """Read the hints back from the session."""
    chosen: dict[str, str] | None = held.get("chosen")
    fields: dict[str, tuple[str, ...]] = {}
    for column, field in (chosen or {}).items():
        if field:
            fields[field] = (*fields.get(field, ()), column)
    return Hints(
        fields=fields,
        shape=held.get("shape", ""),
        layout=Layout(
            sheet=held.get("sheet") or None,
            header=held.get("header"),
            encoding=held.get("encoding") or None,
        ),
        date_order=held.get("date_order", ""),
        decimal=held.get("decimal", ""),
        currency=held.get("currency", ""),
        zone=held.get("zone", ""),
        only_told=chosen is not None,
    )
