"""Reads of saved views."""

from uuid import UUID

from quanqu.doors.console.contracts import SavedViewInfo, ViewNotFoundError
from quanqu.doors.console.models import SavedView
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel import ids


def list_views(*, actor: Actor, page: str) -> tuple[SavedViewInfo, ...]:
    """Return a person's own views of a list, oldest first."""
    found = SavedView.objects.filter(person__id=person_uuid(actor), page=page)
    return tuple(view_info(row) for row in found)


def own_view(actor: Actor, view_id: str) -> SavedView:
    """Return the row of one of the person's own views. Raises: ViewNotFoundError."""
    try:
        wanted = UUID(view_id)
    except ValueError:
        raise ViewNotFoundError(ref=view_id) from None
    row = SavedView.objects.filter(person__id=person_uuid(actor), id=wanted).first()
    if row is None:
        raise ViewNotFoundError(ref=view_id)
    return row


def view_info(row: SavedView) -> SavedViewInfo:
    """Return a saved view as a contract."""
    return SavedViewInfo(str(row.id), row.page, row.name, row.query)


def person_uuid(actor: Actor) -> UUID:
    """Return the id of the person who acts, as the table of people has it."""
    return ids.decode("per", actor.id)
