"""The audiences on a customer's page: in which they are, were and are not; why, when asked."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.facade import list_audience_names, list_memberships

__all__ = ["audiences_of"]

_OTHERS_SHOWN = 20
_PAST_SHOWN = 10


def audiences_of(frame: Frame, customer_id: UUID) -> dict[str, Any] | None:
    """Return the audiences a customer is in now, the others, and past stays; None: not allowed.

    Archived audiences are left out: their members are no longer worked out.
    """
    if not frame.person.can("audiences.view"):
        return None
    names = list_audience_names(actor=frame.actor)
    stays = list_memberships(actor=frame.actor, customer_id=customer_id)
    stays = tuple(one for one in stays if one.audience_id in names)
    since = {one.audience_id: one.entered_at for one in stays if one.left_at is None}
    lines = {key: _line(frame, key, name, customer_id) for key, name in names.items()}
    others = [line for key, line in lines.items() if key not in since]
    return {
        "now": [{**lines[key], "since": entered_at} for key, entered_at in since.items()],
        "others": others[:_OTHERS_SHOWN],
        "is_cut": len(others) > _OTHERS_SHOWN,
        "past": [one for one in stays if one.left_at is not None][:_PAST_SHOWN],
    }


def _line(frame: Frame, audience_id: UUID, name: str, customer_id: UUID) -> dict[str, Any]:
    identity = ids.encode("aud", audience_id)
    why = reverse("console:audience_why", args=[identity])
    return {
        "name": name,
        "href": frame.link(reverse("console:audience", args=[identity])),
        "why": frame.link(why, customer=ids.encode("cus", customer_id)),
    }
