"""Forms of the organisation: a unit, a place, another parent, an exchange rate."""

from typing import Any, ClassVar, Final
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.countries import country_codes, country_name
from quanqu.doors.console.kit.words import PLACE_TYPE_TITLES, channel_titles
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.kernel.geo import read_postcodes
from quanqu.know.org.contracts import (
    LONGEST_POSTCODE,
    MOST_POSTCODES,
    WIDEST_CATCHMENT_KM,
    ChannelCode,
    PlaceDetails,
    PlaceDraft,
    PlaceInfo,
    PlaceType,
    Rate,
)

__all__ = ["MoveForm", "NewUnitForm", "PlaceForm", "RateForm", "UnitForm", "place_initial"]

_CODE: Final = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", _("Use 1 to 64 letters, digits, dots or dashes.")
)
_ISO_4217: Final = RegexValidator(r"^[A-Z]{3}$", _("Give a three-letter currency code like CNY."))


def _currency(*, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Currency"),
        max_length=3,
        required=is_required,
        validators=[_ISO_4217],
        help_text=_("Three letters, such as CNY, GBP, BRL."),
    )


class UnitForm(StyledForm):
    """Name and currency of a group, brand or company."""

    name = forms.CharField(label=_("Name"), max_length=200)
    currency = _currency()

    def __init__(self, *args: Any, has_currency: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_currency:
            del self.fields["currency"]


class NewUnitForm(UnitForm):
    """A new brand or company; its code is for good."""

    code = forms.CharField(
        label=_("Code"),
        max_length=64,
        validators=[_CODE],
        help_text=_("How files and programs name it; it stays as it is."),
    )


class MoveForm(StyledForm):
    """Another parent."""

    parent_id = forms.ChoiceField(label=_("Below"))

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = forms.ChoiceField(label=_("Below"), choices=parents)
        field.widget.attrs["class"] = "select"
        self.fields["parent_id"] = field


class PlaceForm(StyledForm):
    """A place with all that is recorded about it."""

    wide: ClassVar[tuple[str, ...]] = ()
    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(
        label=_("Code"),
        max_length=64,
        validators=[_CODE],
        help_text=_("How files and programs name it."),
    )
    place_type = forms.ChoiceField(label=_("Kind"))
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, help_text=_("Leave it to the usual one of its kind.")
    )
    currency = _currency()
    time_zone = forms.ChoiceField(label=_("Time zone"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.CharField(label=_("Region"), max_length=120, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    latitude = forms.DecimalField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, decimal_places=6
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False, decimal_places=6
    )
    catchment_km = forms.DecimalField(
        label=_("Catchment, km around"),
        max_value=WIDEST_CATCHMENT_KM,
        required=False,
        decimal_places=2,
        help_text=_("Whoever lives this near is served by the place."),
    )
    catchment_postcodes = forms.CharField(
        label=_("Catchment, postcodes"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "textarea"}),
        help_text=_("Beginnings of postcodes with commas between, such as LS1, LS2 or 100."),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = sorted(
            ((code, country_name(code, language)) for code in country_codes()),
            key=lambda pair: pair[1],
        )
        choices: dict[str, list[tuple[str, Any]]] = {
            "place_type": [(kind.value, PLACE_TYPE_TITLES[kind]) for kind in PlaceType],
            "channel": [("", _("the usual one")), *channel_titles().items()],
            "time_zone": [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
            "country": [("", "–"), *countries],
        }
        for name, found in choices.items():
            held = self.fields[name]
            chosen = forms.ChoiceField(
                label=held.label, required=held.required, choices=found, help_text=held.help_text
            )
            chosen.widget.attrs["class"] = "select"
            self.fields[name] = chosen

    def clean(self) -> dict[str, Any]:
        """Want both degrees or none."""
        found = super().clean() or {}
        if (found.get("latitude") is None) != (found.get("longitude") is None):
            self.add_error("latitude", _("Give latitude and longitude, or neither."))
        radius = found.get("catchment_km")
        if radius is not None and radius <= 0:
            self.add_error("catchment_km", _("Give more than 0 kilometres."))
        elif radius is not None and found.get("latitude") is None:
            self.add_error(
                "catchment_km", _("A radius needs the latitude and longitude of the place.")
            )
        areas = read_postcodes(found.get("catchment_postcodes") or "")
        if len(set(areas)) > MOST_POSTCODES:
            self.add_error(
                "catchment_postcodes",
                _("Give at most %(most)s beginnings of postcodes.") % {"most": MOST_POSTCODES},
            )
        if any(len(one) > LONGEST_POSTCODE for one in areas):
            self.add_error(
                "catchment_postcodes",
                _("A beginning of a postcode has at most %(most)s letters and digits.")
                % {"most": LONGEST_POSTCODE},
            )
        return found

    def draft(self, *, is_simulated: bool = False) -> PlaceDraft:
        """Return the place as the facade takes it."""
        found = self.cleaned_data
        details = PlaceDetails(
            PlaceType(found["place_type"]),
            found["currency"],
            found["time_zone"],
            ChannelCode(found["channel"]) if found["channel"] else None,
            found["country"],
            found["region"],
            found["city"],
            found["postcode"],
            found["latitude"],
            found["longitude"],
            is_simulated,
            found["catchment_km"],
            read_postcodes(found["catchment_postcodes"]),
        )
        return PlaceDraft(found["code"], found["name"], details)


def place_initial(place: PlaceInfo) -> dict[str, Any]:
    """Return the fields of a place for its form."""
    held = place.details
    names = ("currency", "time_zone", "country", "region", "city", "postcode")
    return {
        "name": place.name,
        "code": place.code,
        "place_type": held.place_type.value,
        "channel": held.channel.value if held.channel else "",
        **{name: getattr(held, name) for name in names},
        "latitude": held.latitude,
        "longitude": held.longitude,
        "catchment_km": held.catchment_km,
        "catchment_postcodes": ", ".join(held.catchment_postcodes),
    }


class RateForm(StyledForm):
    """One dated exchange rate with its source."""

    currency = forms.CharField(label=_("From currency"), max_length=3, validators=[_ISO_4217])
    rate = forms.DecimalField(label=_("Rate"), min_value=0, max_digits=20, decimal_places=10)
    to_currency = forms.CharField(label=_("To currency"), max_length=3, validators=[_ISO_4217])
    valid_on = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    source = forms.CharField(
        label=_("Source"), max_length=120, help_text=_("Who says so, for example the ECB.")
    )

    def given(self) -> Rate:
        """Return the rate as the facade takes it."""
        found = self.cleaned_data
        return Rate(
            found["currency"],
            found["to_currency"],
            found["valid_on"],
            found["rate"],
            found["source"],
        )
