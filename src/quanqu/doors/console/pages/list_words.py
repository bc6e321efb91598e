"""Snapshots and uploads in words: where they came from, and why a row names nobody."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.rules.times import absolute, day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.audiences.contracts import DOUBLE, UPLOAD_TYPES, ListKind, ListRow
from quanqu.know.customers.contracts import CUSTOMER_ID, MatchReason

__all__ = ["KINDS", "REASONS", "list_title", "type_titles"]

KINDS: Final[Mapping[str, tuple[Promise, str]]] = {
    ListKind.SNAPSHOT: (gettext_lazy("Snapshot"), "copy"),
    ListKind.UPLOAD: (gettext_lazy("Upload"), "file-up"),
}
REASONS: Final[Mapping[str, Promise]] = {
    DOUBLE: gettext_lazy("An earlier row names the same customer"),
    MatchReason.UNKNOWN: gettext_lazy("No customer you may see has it"),
    MatchReason.INVALID: gettext_lazy("Not a value that can identify anybody"),
    MatchReason.EMPTY: gettext_lazy("Nothing in the row"),
    MatchReason.SHARED: gettext_lazy("Shared by many or blocked, so it identifies nobody"),
    MatchReason.AMBIGUOUS: gettext_lazy("Several customers have it"),
}


def type_titles() -> dict[str, str]:
    """Return the types a column of an upload may be, the surest first."""
    titles = {CUSTOMER_ID: _("Customer id")}
    return {code: titles.get(code) or str(IDENTIFIER_TITLES[code]) for code in UPLOAD_TYPES}


def list_title(row: ListRow, frame: Frame) -> str:
    """Say what a list is: the snapshot of an audience on a day, or an upload by somebody."""
    if row.kind is ListKind.UPLOAD:
        day = absolute(row.made_at, frame.zone, frame.language)
        return _("the upload of %(day)s by %(who)s") % {"day": day, "who": row.made_by}
    if row.taken_on is not None:
        day = day_text(row.taken_on, frame.language)
    else:
        day = absolute(row.made_at, frame.zone, frame.language)
    return _("the snapshot of “%(name)s” (%(day)s)") % {"name": row.source_name, "day": day}
