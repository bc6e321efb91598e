"""Which act a request allows in which state."""

from typing import Final

from quanqu.know.privacy.contracts import RequestKind, RequestState

_OPEN: Final = frozenset({RequestState.RECEIVED, RequestState.VERIFIED, RequestState.APPROVED})
_AFTER: Final[dict[str, tuple[frozenset[RequestState], RequestState]]] = {
    "verified": (frozenset({RequestState.RECEIVED}), RequestState.VERIFIED),
    "approved": (frozenset({RequestState.VERIFIED}), RequestState.APPROVED),
    "cancelled": (_OPEN, RequestState.CANCELLED),
    "refused": (_OPEN, RequestState.REFUSED),
    "finished": (frozenset({RequestState.RUNNING}), RequestState.DONE),
}


def after(state: RequestState, wish: str) -> RequestState | None:
    """Return the state that an act leads to, or None where the state does not allow it."""
    allowed, then = _AFTER[wish]
    return then if state in allowed else None


def may_start(state: RequestState, *, needs_approval: bool) -> bool:
    """Tell whether a request may be carried out: verified, and approved where that is wanted."""
    wanted = RequestState.APPROVED if needs_approval else RequestState.VERIFIED
    return state is wanted or state is RequestState.APPROVED


def is_open(state: RequestState) -> bool:
    """Tell whether a request still waits to be carried out."""
    return state in _OPEN


def needs_approval(kind: RequestKind, *, needs_second_person: bool) -> bool:
    """Tell whether a second person has to approve a request of this kind."""
    return needs_second_person and kind is RequestKind.ERASURE
