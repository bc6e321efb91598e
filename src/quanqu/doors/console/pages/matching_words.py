"""Words of matching: details, levels, steps, answers and why a run ended early."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ANSWERED", "DETAILS", "ERRORS", "LEVELS", "STEPS"]

DETAILS: Final[dict[str, Promise]] = {
    "given": _("Given name"),
    "surname": _("Surname"),
    "middle": _("Further names"),
    "birth": _("Date of birth"),
    "national": _("Official number"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "postcode": _("Postcode"),
    "street_number": _("House number"),
    "street": _("Street"),
    "street_2": _("Further address"),
    "locality": _("City"),
    "region": _("Region"),
    "gender": _("Gender"),
}
LEVELS: Final[dict[str, Promise]] = {
    "same": _("the same"),
    "same_han": _("the same characters"),
    "one_letter": _("one letter off"),
    "two_letters": _("two letters off"),
    "close": _("very alike"),
    "alike": _("somewhat alike"),
    "swapped": _("swapped with its neighbour"),
    "part": _("one holds the other"),
    "prefix": _("the same beginning"),
    "same_user": _("the same before the @"),
    "day_month_swapped": _("day and month swapped"),
    "year_only": _("the same year, day unknown"),
    "same_year": _("the same year"),
    "decade": _("within ten years"),
    "different": _("different"),
    "missing": _("unknown on one side"),
}
STEPS: Final = (
    _("Waiting to begin"),
    _("Learning from the customers"),
    _("Comparing pairs"),
    _("Comparing what is linked"),
    _("Grouping"),
    _("Writing the result"),
)
ANSWERED: Final[dict[str, Promise]] = {
    "same": _("Linked as the same person."),
    "different": _("Held apart from now on."),
    "unsure": _("Put aside."),
}
ERRORS: Final[dict[str, Promise]] = {
    "matching.too_little": _("There are too few customers with profiles to learn from."),
}
