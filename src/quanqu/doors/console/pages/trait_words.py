"""The traits of a composition, and their values, in words."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.countries import country_codes, country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.audiences.contracts import Trait

__all__ = ["HINTS", "TITLES", "value_words"]

TITLES: Final[Mapping[str, Promise]] = {
    Trait.COUNTRY: gettext_lazy("Country"),
    Trait.REGION: gettext_lazy("Region"),
    Trait.CHANNEL: gettext_lazy("Channel"),
    Trait.AGE: gettext_lazy("Age"),
    Trait.GENDER: gettext_lazy("Gender"),
    Trait.LANGUAGE: gettext_lazy("Language"),
    Trait.SINCE: gettext_lazy("First seen in"),
    Trait.ORDERS: gettext_lazy("Orders in 365 days"),
    Trait.LAST_ORDER: gettext_lazy("Days since the last order"),
    Trait.TAG: gettext_lazy("Tags"),
    Trait.KNOWN_BY: gettext_lazy("Known by"),
}
HINTS: Final[Mapping[str, Promise]] = {
    Trait.CHANNEL: gettext_lazy("Where they were seen; a customer may use several."),
    Trait.AGE: gettext_lazy("In whole years, by year of birth."),
    Trait.TAG: gettext_lazy("A customer may wear several."),
    Trait.KNOWN_BY: gettext_lazy("Kinds of identifier; a customer may have several."),
}
_BANDS: Final = (Trait.AGE, Trait.ORDERS, Trait.LAST_ORDER)
_GENDERS: Final[Mapping[str, Promise]] = {
    "female": gettext_lazy("Female"),
    "male": gettext_lazy("Male"),
    "other": gettext_lazy("Other"),
}


def value_words(frame: Frame) -> Callable[[str, str | None], str]:
    """Return how to say a value of a trait in the reader's language."""
    countries, channels = frozenset(country_codes()), channel_titles()

    def say(trait: str, value: str | None) -> str:
        if value is None or value == "":
            return _("Not known")
        if trait == Trait.COUNTRY and value in countries:
            return country_name(value, frame.language)
        if trait == Trait.CHANNEL:
            return channels.get(value, value)
        if trait == Trait.KNOWN_BY and value in IDENTIFIER_TITLES:
            return str(IDENTIFIER_TITLES[value])
        if trait == Trait.GENDER and value in _GENDERS:
            return str(_GENDERS[value])
        if trait == Trait.LAST_ORDER and value == "none":
            return _("None in two years")
        if trait == Trait.AGE and value == "under 18":
            return _("Under 18")
        return value.replace("-", "–") if trait in _BANDS else value

    return say
