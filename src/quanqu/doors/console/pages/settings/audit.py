"""The audit trail: who changed what and when, with before and after."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.settings.audit_words import (
    ACTIONS,
    action_title,
    change_text,
    subject_href,
    subject_title,
)
from quanqu.doors.console.pages.settings.base import visible_tabs
from quanqu.doors.console.shell.frame import Frame
from quanqu.infra.audit.contracts import AuditEntry, AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import PersonFilters
from quanqu.know.org.facade import list_people

__all__ = ["AuditPage"]

_MOST_PEOPLE = 200


def _at(row: AuditEntry, frame: Frame) -> Cell:
    return moment_cell(row.at, now=frame.now, zone=frame.zone, language=frame.language)


def _actor(row: AuditEntry, frame: Frame) -> Cell:
    if row.actor_kind == "person":
        return text_cell(row.actor_name)
    title = _("API key") if row.actor_kind == "api_key" else _("the system")
    return text_cell(row.actor_name, sub=title)


def _subject(row: AuditEntry, frame: Frame) -> Cell:
    return Cell(subject_title(row.subject), hint=row.subject, plain=row.subject)


def _actions(frame: Frame) -> list[Option]:
    return sorted(
        (Option(code, str(title)) for code, title in ACTIONS.items()), key=lambda one: one.title
    )


def _people(frame: Frame) -> list[Option]:
    if not frame.person.can("org.manage"):
        return [Option(frame.person.id, frame.person.name)]
    found = list_people(
        actor=frame.person, filters=PersonFilters(), now=frame.now, limit=_MOST_PEOPLE
    )
    named = [Option(person.id, person.name, person.email) for person in found.items]
    return [*named, Option(SYSTEM.id, _("the system"))]


class AuditPage(ListView):
    """Everything that was changed, shown in full or taken out of the house."""

    page_code = "settings"
    permission = "audit.view"
    export_permission = "audit.view"
    title = gettext_lazy("Settings")
    lede = gettext_lazy("Who changed what, who looked at personal data, what left as a file.")
    search_label = gettext_lazy("Id of the thing changed")
    empty = Empty(
        "history",
        gettext_lazy("Nothing is on record"),
        gettext_lazy(
            "Each change, each look at personal data and each export is written here for good."
        ),
    )
    columns = (
        Column("at", gettext_lazy("When"), _at),
        Column("actor", gettext_lazy("Who"), _actor),
        Column(
            "action",
            gettext_lazy("What"),
            lambda row, frame: Cell(action_title(row.action), plain=row.action),
            is_title=True,
        ),
        Column(
            "change",
            gettext_lazy("Before → after"),
            lambda row, frame: text_cell(change_text(row)),
            is_wide=True,
        ),
        Column("subject", gettext_lazy("Thing"), _subject),
        Column(
            "request",
            gettext_lazy("Request id"),
            lambda row, frame: text_cell(row.request_id),
            by_default=False,
        ),
    )
    filters = (
        Filter("from", gettext_lazy("When"), kind="days"),
        Filter("action", gettext_lazy("What"), options=_actions),
        Filter("actor", gettext_lazy("Who"), options=_people, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of entries, newest first."""
        return list_entries(
            actor=self.frame.person, filters=_filters(asked), cursor=cursor, limit=limit
        )

    def identify(self, row: AuditEntry) -> str:
        """Return the number of the entry."""
        return str(row.key)

    def href(self, row: AuditEntry) -> str:
        """Lead to the thing changed."""
        return subject_href(row.subject)

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of the settings."""
        return {
            "above_template": "console/settings/tabs.html",
            "tabs": visible_tabs(self.frame.person),
            "tab": "audit",
        }


def _filters(asked: Asked) -> AuditFilters:
    return AuditFilters(
        subject=asked.text or None,
        actor_id=asked.one("actor"),
        actions=asked.many("action"),
        since=_start(asked.first) if asked.first else None,
        until=_start(asked.last) + timedelta(days=1) if asked.last else None,
    )


def _start(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
