"""Writes of saved views."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from quanqu.doors.console.contracts import SavedViewInfo, ViewNameError
from quanqu.doors.console.models import SavedView
from quanqu.doors.console.queries import own_view, view_info
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.text import normal_text
from quanqu.know.org.facade import get_person

_NOT_KEPT = frozenset({"cursor", "scope", "from", "to", "compare", "export"})
_LONGEST_NAME = 60


def save_view(*, actor: Actor, page: str, name: str, query: str, now: datetime) -> SavedViewInfo:
    """Keep the state of a list under a name; scope and period stay those of the reader.

    Raises: ViewNameError.
    """
    clean = normal_text(name)
    if not 1 <= len(clean) <= _LONGEST_NAME:
        raise ViewNameError(reason=_("Give the view a name of 1 to 60 characters."))
    kept = urlencode([pair for pair in parse_qsl(query) if pair[0] not in _NOT_KEPT])
    person = get_person(actor=actor, person_id=actor.id, now=now)
    try:
        with transaction.atomic():
            row = SavedView.objects.create(
                person_id=person.key, page=page, name=clean, query=kept, created_at=now
            )
    except IntegrityError:
        raise ViewNameError(reason=_("You already have a view of this name.")) from None
    return view_info(row)


def delete_view(*, actor: Actor, view_id: str) -> SavedViewInfo:
    """Forget one of the person's own views and return what it was. Raises: ViewNotFoundError."""
    with transaction.atomic():
        row = own_view(actor, view_id)
        gone = view_info(row)
        row.delete()
    return gone
