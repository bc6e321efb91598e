"""An audience of a file: hand it in, see whom it names, save it."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.connectors.contracts import IdentifierFile
from quanqu.doors.connectors.facade import read_identifiers
from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.list_words import REASONS, type_titles
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, QuanquError
from quanqu.know.audiences.contracts import MOST_UPLOADED, UPLOAD_TYPES, ListRow
from quanqu.know.audiences.facade import (
    discard_upload,
    get_upload,
    list_rejects,
    match_upload,
    save_upload,
)

__all__ = ["AudienceUpload", "UploadDiscard", "UploadPage", "UploadRejects"]

LARGEST: Final = 32 << 20
_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")


class AudienceUpload(ConsoleView):
    """Hand a file of identifiers in."""

    page_code = "audiences"
    permission = "audiences.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._draw()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Look up whom the file names and go on to what was found; the file is not kept."""
        frame = self.frame
        given = request.FILES.get("file")
        if not isinstance(given, UploadedFile) or not given.name:
            return self._draw(_("Choose a file first."))
        ending = Path(given.name).suffix.lower()
        if ending not in _ENDINGS or (given.size or 0) > LARGEST:
            words = _("Take a CSV, Excel (XLSX) or Parquet file of at most %(most)s MB.")
            return self._draw(words % {"most": grouped(LARGEST >> 20)})
        try:
            found = _read(given, ending, self._chosen())
            made = match_upload(
                actor=frame.actor, columns=found.values, rows=found.rows, now=frame.now
            )
        except QuanquError as error:
            return self._draw(said(error))
        identity = ids.encode("aul", made.id)
        return redirect(frame.link(reverse("console:audience_upload_found", args=[identity])))

    def _chosen(self) -> dict[str, str] | None:
        type_, column = self.request.POST.get("type", ""), self.request.POST.get("column", "")
        return {column.strip(): type_} if type_ in UPLOAD_TYPES and column.strip() else None

    def _draw(self, problem: str = "") -> HttpResponse:
        context = {
            "problem": problem,
            "types": type_titles().items(),
            "type": self.request.POST.get("type", ""),
            "column": self.request.POST.get("column", ""),
            "most": MOST_UPLOADED,
            "largest": LARGEST >> 20,
        }
        status = 422 if problem else 200
        return self.page("console/audiences/upload.html", context, status=status)


class UploadPage(ConsoleView):
    """Whom an upload names, before it is saved."""

    page_code = "audiences"
    permission = "audiences.manage"
    is_detail = True

    def get(self, request: HttpRequest, list_id: str) -> HttpResponse:
        """Show what was found; a saved upload leads to its audience."""
        return self._draw(self._upload(list_id))

    def post(self, request: HttpRequest, list_id: str) -> HttpResponse:
        """Save it as an audience."""
        frame = self.frame
        name = request.POST.get("name", "")
        description = request.POST.get("description", "")
        try:
            made = save_upload(
                actor=frame.actor,
                list_id=ids.decode("aul", list_id),
                name=name,
                description=description,
                now=frame.now,
            )
        except InvalidError as error:
            return self._draw(self._upload(list_id), name, description, said(error))
        messages.success(request, _("The audience is saved; its members are being worked out."))
        identity = ids.encode("aud", made.id)
        return redirect(frame.link(reverse("console:audience", args=[identity])))

    def _upload(self, list_id: str) -> ListRow:
        return get_upload(actor=self.frame.actor, list_id=ids.decode("aul", list_id))

    def _draw(
        self, found: ListRow, name: str = "", description: str = "", problem: str = ""
    ) -> HttpResponse:
        if found.audience_id is not None:
            identity = ids.encode("aud", found.audience_id)
            return redirect(self.frame.link(reverse("console:audience", args=[identity])))
        titles = type_titles()
        context: dict[str, Any] = {
            "list_id": ids.encode("aul", found.id),
            "found": found,
            "columns": ", ".join(titles[code] for code in found.columns),
            "left_out": sum(found.left_out.values()),
            "reasons": [(REASONS[code], count) for code, count in found.left_out.items()],
            "name": name,
            "description": description,
            "problem": problem,
        }
        status = 422 if problem else 200
        return self.page("console/audiences/upload_found.html", context, status=status)


class UploadDiscard(ConsoleView):
    """Throw an upload away that was not saved."""

    page_code = "audiences"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, list_id: str) -> HttpResponse:
        """Do it and begin anew."""
        discard_upload(actor=self.frame.actor, list_id=ids.decode("aul", list_id))
        messages.success(request, _("The upload is thrown away."))
        return redirect(self.frame.link(reverse("console:audience_upload")))


class UploadRejects(ConsoleView):
    """The rows left out as a file: numbers and reasons; their values are stored nowhere."""

    page_code = "audiences"
    permission = "audiences.manage"

    def get(self, request: HttpRequest, list_id: str) -> HttpResponseBase:
        """Send it."""
        rows = list_rejects(actor=self.frame.actor, list_id=ids.decode("aul", list_id))
        lines = ((number, str(REASONS[reason])) for number, reason in rows)
        body = as_csv([_("Row"), _("Why it is left out")], lines)
        answer = StreamingHttpResponse(body, content_type="text/csv")
        answer["Content-Disposition"] = f'attachment; filename="left-out-{list_id}.csv"'
        return answer


def _read(
    given: "UploadedFile[Any]", ending: str, chosen: Mapping[str, str] | None
) -> IdentifierFile:
    """Read a file that lies on the disk for as long as that takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{ending}"
        with path.open("wb") as file:
            for block in _blocks(given):
                file.write(block)
        return read_identifiers(path=path, most=MOST_UPLOADED, chosen=chosen)


def _blocks(given: "UploadedFile[Any]") -> Iterator[bytes]:
    yield from given.chunks()
