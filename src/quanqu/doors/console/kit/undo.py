"""Undo of what was just done: a message with a button, and a sealed note of how it was before."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest

__all__ = ["offer_undo", "read_undo"]

_SALT = "console.undo"
_LONGEST_S = 3600


def offer_undo(request: HttpRequest, text: str, address: str, before: dict[str, Any]) -> None:
    """Say what was done, with a button that posts `before`, signed, to an address for an hour."""
    note = signing.dumps({"at": address, "before": before}, salt=_SALT, compress=True)
    messages.success(request, text, extra_tags=f"{address} {note}")


def read_undo(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was noted for this address; None when the note is too old or not ours."""
    try:
        note = signing.loads(request.POST.get("undo", ""), salt=_SALT, max_age=_LONGEST_S)
    except signing.BadSignature:
        return None
    found: dict[str, Any] = note["before"]
    return found if note["at"] == request.path else None
