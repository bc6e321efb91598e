"""Refusals of the rooms as the forms say them, in the reader's language."""

from collections.abc import Callable
from typing import Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.reason_words import said_reason
from quanqu.doors.console.kit.refusal_words import said
from quanqu.kernel.errors import QuanquError

__all__ = ["add_refusal", "refusal_text"]

_SAID: Final[dict[str, Callable[[], str]]] = {
    "org.code_taken": lambda: _("This code is taken. Choose another."),
    "org.wrong_parent": lambda: _("It cannot be placed there."),
    "org.rights_exceeded": lambda: _(
        "You cannot give rights that you do not hold yourself over the whole unit."
    ),
    "org.key_not_active": lambda: _("This key is not active any more."),
    "timeline.source_code_taken": lambda: _("This code is taken. Choose another."),
}


def refusal_text(error: QuanquError) -> str:
    """Say why something was not done."""
    words = _SAID.get(error.code)
    return words() if words else said(error)


def add_refusal(form: forms.Form, error: QuanquError) -> None:
    """Put a refusal beside the field it speaks of, else above the form."""
    field = str(error.fields.get("field", ""))
    if error.code == "org.code_taken" and "code" in form.fields:
        field = "code"
    if field not in form.fields:
        form.add_error(None, refusal_text(error))
        return
    reason = str(error.fields.get("reason", ""))
    form.add_error(field, capfirst(said_reason(reason)) if reason else refusal_text(error))
