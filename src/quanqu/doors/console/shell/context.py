"""What every template knows: the shell around the page, on our own screens and unfold's alike."""

from typing import Any

from django.http import HttpRequest

from quanqu.doors.console.shell.frame import Frame, frame_of
from quanqu.doors.console.shell.nav import Wing, entries_for
from quanqu.infra.auth.facade import find_actor

__all__ = ["Shell", "shell"]


class Shell:
    """The reader's name, navigation and frame; read only by templates that show them."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def frame(self) -> Frame | None:
        """The frame, None when nobody is signed in."""
        return frame_of(self._request) if find_actor(self._request) else None

    @property
    def nav(self) -> list[Wing]:
        """The navigation of the reader."""
        actor = find_actor(self._request)
        return entries_for(actor) if actor else []

    @property
    def name(self) -> str:
        """The reader's name."""
        actor = find_actor(self._request)
        return actor.name if actor else ""

    @property
    def email(self) -> str:
        """The reader's own address."""
        return str(getattr(self._request.user, "email", ""))

    @property
    def theme(self) -> str:
        """The reader's theme: light, dark, or auto."""
        return str(getattr(getattr(self._request, "user", None), "theme", "") or "auto")

    @property
    def theme_class(self) -> str:
        """The class of the document: empty lets the system decide."""
        return self.theme if self.theme in {"light", "dark"} else ""

    @property
    def initials(self) -> str:
        """One or two letters for the round mark."""
        words = self.name.split()
        if len(words) > 1:
            return f"{words[0][:1]}{words[-1][:1]}".upper()
        return self.name[:1].upper() or "?"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Add the shell to every template."""
    return {"shell": Shell(request)}
