"""Words of the identity rules: why a link is refused, what a version is, mistakes."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.know.customers.contracts import BreachKind, FieldChoice, Mistake

__all__ = [
    "BREACH_KINDS",
    "CHOICES",
    "EFFECTS",
    "RULE_TITLES",
    "VERSION_STATES",
    "said_mistake",
]

BREACH_KINDS: Final[dict[BreachKind, tuple[Promise, Tone]]] = {
    BreachKind.LIMIT: (_("Over the limit"), "warn"),
    BreachKind.APART: (_("Held apart"), "accent"),
    BreachKind.SHARED: (_("Shared by many"), "warn"),
    BreachKind.BLOCKED: (_("Blocked value"), "bad"),
}
CHOICES: Final[dict[FieldChoice, Promise]] = {
    FieldChoice.LATEST: _("The latest"),
    FieldChoice.FIRST: _("The first seen"),
    FieldChoice.SOURCES: _("By source, in order"),
    FieldChoice.FREQUENT: _("Told by most sources"),
    FieldChoice.LONGEST: _("The longest"),
}
VERSION_STATES: Final[dict[str, tuple[Promise, Tone]]] = {
    "draft": (_("Draft"), "accent"),
    "activating": (_("Being activated"), "warn"),
    "active": (_("In force"), "good"),
    "retired": (_("Retired"), "hollow"),
}
RULE_TITLES: Final[dict[str, Promise]] = {
    "links": _("Links"),
    "priority": _("Priority"),
    "limit": _("At most per customer"),
    "window_days": _("Within days"),
    "shared_above": _("Shared above"),
    "blocked_values": _("Blocked values"),
    "blocked_patterns": _("Blocked patterns"),
}
EFFECTS: Final[dict[str, Promise]] = {
    "customers_before": _("Customers now"),
    "customers_after": _("Customers then"),
    "merging": _("Would merge"),
    "merged": _("Into"),
    "splitting": _("Would split"),
    "parts": _("Into parts"),
    "shared": _("Shared values"),
    "blocked": _("Blocked values"),
    "refused": _("Refused links"),
}
_MISTAKES: Final = (
    gettext_noop("This is not an identifier type."),
    gettext_noop("This is true or false."),
    gettext_noop("This is an object of names and values."),
    gettext_noop("This is a list of texts."),
    gettext_noop("This is a whole number from {lowest} to {highest}."),
    gettext_noop("A window needs a type that does not link by itself."),
    gettext_noop("A window needs a limit."),
    gettext_noop("A pattern has at most {most} characters."),
    gettext_noop("{pattern} is not a pattern in RE2 syntax."),
    gettext_noop("This pattern would block every value."),
    gettext_noop("At most {most} entries of at most {longest} characters."),
    gettext_noop("This is not a field of the profile."),
    gettext_noop("Choose one of: latest, first, sources, frequent, longest."),
    gettext_noop("The longest value says nothing of this field."),
    gettext_noop("Name at least one source."),
    gettext_noop("Name at most {most} sources."),
)


def said_mistake(found: Mistake) -> str:
    """Return what is wrong, in the reader's language."""
    return gettext(found.template).format(**found.details)
