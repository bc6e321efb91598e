"""Words and lists for the builder's forms of sequences, audiences, places, consent and ranks."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _

from quanqu.doors.console.pages.consent_words import channel_name, purpose_name
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.facade import list_audience_names
from quanqu.know.consent.contracts import Channel, pairs
from quanqu.know.org.contracts import PlaceInfo, PlaceType

__all__ = ["rule_gaps", "rule_words"]

# Channels that some identifier reaches; in `all` nothing is sent anywhere.
_REACHING: Final = [one.value for one in Channel if one is not Channel.ALL]


def rule_words(frame: Frame, *, own_id: str) -> dict[str, Any]:
    """Return lists and labels; `own_id` is the audience built, which cannot speak of itself."""
    return {
        "rule_titles": _titles(),
        "rule_choices": _choices(),
        "audiences": _audiences(frame, own_id),
        "places": _places(frame),
        "serving_places": _serving_places(frame),
        "stores": _stores(frame),
        "purposes": _purposes(),
        "consents": _consents(),
        "reaching": _REACHING,
        "units": [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        "backs": [_("the last"), _("the one before the last"), _("the one before that")],
        **_labels(),
        **_json_labels(),
    }


def _titles() -> dict[str, str]:
    return {
        "sequence": _("Events in order"),
        "audience": _("Another audience"),
        "birthday": _("Birthday"),
        "consent": _("Consent and reach"),
        "near": _("Near a place"),
        "catchment": _("Store catchment"),
        "decile": _("Highest by a number"),
        "split": _("Random share"),
    }


def _choices() -> list[tuple[str, str, str, str]]:
    """Return what can be added: kind, icon, title, and what it is for."""
    titles = _titles()
    told = {
        "sequence": ("list-checks", _("Viewed, then bought within 7 days")),
        "audience": ("target", _("In it now, or at some time in the past")),
        "consent": ("shield-check", _("May be written to by e-mail, SMS and so on")),
        "birthday": ("cake", _("In the next days")),
        "near": ("map-pin", _("Lives within so many kilometres of a shop")),
        "catchment": ("store", _("Lives in the area a place serves, or nearest to a store")),
        "decile": ("chart-column", _("The highest 10% by spend, score and so on")),
        "split": ("shuffle", _("A fixed share, for tests and control groups")),
    }
    festival = ("festival", "calendar-range", _("Around a festival"), _("Bought on or near it"))
    rules = [(kind, icon, titles[kind], text) for kind, (icon, text) in told.items()]
    return [*rules[:2], festival, *rules[2:]]


def _audiences(frame: Frame, own_id: str) -> list[dict[str, str]]:
    names = list_audience_names(actor=frame.actor)
    told = [{"value": ids.encode("aud", key), "title": name} for key, name in names.items()]
    return [one for one in told if one["value"] != own_id]


def _places(frame: Frame) -> list[dict[str, str]]:
    """Return the places in view, those with coordinates first: only these can be measured from."""
    missing = _("no coordinates yet")
    return _listed(
        (place, "" if place.details.point else missing) for place in frame.visible_places
    )


def _serving_places(frame: Frame) -> list[dict[str, str]]:
    """Return the places in view, those with a catchment first: only in these can people live."""
    missing = _("no catchment yet")
    return _listed(
        (place, "" if place.details.has_catchment else missing) for place in frame.visible_places
    )


def _stores(frame: Frame) -> list[dict[str, str]]:
    """Return the stores in view, those with coordinates first: only these can be the nearest."""
    missing = _("no coordinates yet")
    return _listed(
        (place, "" if place.details.point else missing)
        for place in frame.visible_places
        if place.details.place_type is PlaceType.STORE
    )


def _listed(places: Iterable[tuple[PlaceInfo, str]]) -> list[dict[str, str]]:
    told = [{"value": place.id, "title": place.name, "note": note} for place, note in places]
    return sorted(told, key=lambda one: bool(one["note"]))


def _purposes() -> list[tuple[str, str]]:
    return [(code, purpose_name(code)) for code in _ordered(p.value for p, _c in pairs())]


def _consents() -> dict[str, list[tuple[str, str]]]:
    told: dict[str, list[tuple[str, str]]] = {}
    for purpose, channel in pairs():
        told.setdefault(purpose.value, []).append((channel.value, channel_name(channel.value)))
    return told


def _ordered(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _labels() -> dict[str, str]:
    return {
        "add_rule": _("Other condition"),
        "negate": _("Turn into its opposite"),
        "affirm": _("Take the “none” away"),
        "leave": _("Move out of the group"),
        "which_time": _("Which time"),
        "burst": _("within"),
        "burst_days": _("days in a row"),
        "add_burst": _("Within days in a row…"),
        "first_step": _("First"),
        "then": _("Then"),
        "within": _("within"),
        "any_time": _("any"),
        "unit": _("Unit of time"),
        "add_step": _("Another step"),
        "remove_step": _("Remove the step"),
        "add_without": _("Without…"),
        "without": _("without"),
        "in_between": _("in between"),
        "add_same": _("Same value…"),
        "same": _("with the same"),
        "same_field": _("Field"),
        "is_in": _("Is in"),
        "was_in": _("Was in"),
        "now": _("now"),
        "audience": _("Audience"),
        "no_audience": _("No other audience is saved yet."),
        "birthday_from": _("Has a birthday in"),
        "from_days": _("From day"),
        "to_days": _("To day"),
        "allows": _("Allows"),
        "through": _("through"),
        "purpose": _("Purpose"),
        "channel": _("Channel"),
        "is_reachable": _("and has an address for it"),
        "lives_within": _("Lives within"),
        "kilometres": _("Kilometres"),
        "km_of": _("km of"),
        "distance_of": _("Distance from"),
        "a_place": _("a place"),
        "a_point": _("a point"),
        "lives_in": _("Lives in"),
        "catchment_of": _("Which catchment"),
        "own_catchment": _("the catchment of"),
        "any_catchment": _("any catchment"),
        "nearest_catchment": _("the area nearest to"),
        "no_store": _("There is no store yet."),
        "place": _("Place"),
        "no_place": _("There is no such place."),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
        "no_number": _("No such number is known of customers yet: imports and scores bring some."),
        "among_highest": _("is among the highest"),
        "share_from": _("Falls into"),
        "share_of": _("% of the split named"),
        "salt": _("Name of the split"),
    }


def _json_labels() -> dict[str, str]:
    return {
        "json_broken_at": _(
            "This is not JSON from line {line}, column {column} on: look for a missing comma, "
            "quote or bracket."
        ),
        "json_object": _("The rules are an object with “version” and “match”."),
    }


def rule_gaps() -> dict[str, str]:
    """Return what is said of a form that is not filled in yet, by the key of the control."""
    return {
        "audience": _("Choose an audience."),
        "place": _("Choose a place."),
        "point": _("Give latitude and longitude."),
        "distance": _("Give a distance."),
        "number_field": _("Choose a number to order customers by."),
        "salt": _("Give the split a name: the same name gives the same shares."),
        "share": _("Give a share from 0 to 100."),
        "day": _("Give a day."),
    }
