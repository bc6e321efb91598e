"""Write down who did what with a request, in its own trail and in the audit's."""

from datetime import datetime

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.know.privacy.contracts import PrivacyNoteError
from quanqu.know.privacy.models import Request, RequestAct
from quanqu.know.privacy.queries.rights import outside

_SHORTEST, _LONGEST = 3, 500


def write_act(*, actor: Actor, request: Request, act: str, now: datetime, note: str = "") -> None:
    """Add an act to a request's trail."""
    RequestAct.objects.create(
        request=request, at=now, actor_id=actor.id, actor_name=actor.name, act=act, note=note
    )
    record(
        actor=actor,
        action=f"privacy.{act}",
        subject=outside(request.id),
        now=now,
        after={"kind": request.kind, "state": request.state},
    )


def checked_note(note: str) -> str:
    """Return a note trimmed. Raises: PrivacyNoteError."""
    text = " ".join(note.split())
    if not _SHORTEST <= len(text) <= _LONGEST or not text.isprintable():
        raise PrivacyNoteError
    return text
