"""The look at what is going to be imported, with the currency of where it goes."""

from quanqu.doors.connectors.actions.places import PERMISSION, currency_there
from quanqu.doors.connectors.contracts import ImportRequest, Inspection
from quanqu.doors.connectors.guessed import inspect_all
from quanqu.doors.connectors.registry import manifest
from quanqu.infra.auth.contracts import Actor

__all__ = ["is_guessed", "look_over"]


def is_guessed(*, channel: str) -> bool:
    """Tell whether a channel's mapping is made of the file. Raises: UnknownChannelError."""
    return manifest(channel).guesses


def look_over(*, actor: Actor, request: ImportRequest) -> tuple[Inspection, ...]:
    """Return a look at each table of an input whose channel guesses; none for other channels.

    Raises: NotAllowedError, UnknownChannelError, MissingFileError, UnreadableFileError,
    UnsupportedFileError, UnknownFieldError, MissingSheetError.
    """
    actor.require(PERMISSION)
    known = manifest(request.channel)
    if not known.guesses:
        return ()
    currency = request.hints.currency or currency_there(manifest=known, request=request)
    return tuple(inspect_all(path=request.path, hints=request.hints, currency=currency))
