"""Words of models: what features are, the steps of a training, states and refusals."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.kernel.errors import QuanquError
from quanqu.learn.predict.contracts import (
    BaseTooSmallError,
    LearningBasis,
    NoSignalError,
    SeedTooSmallError,
    TrainingBrokenError,
    TrainingLostError,
    TrainingState,
)

__all__ = ["BASES", "STATES", "STEPS", "feature_title", "refusal_text"]

STEPS: Final = (
    _("Waiting to begin"),
    _("Reading the customers"),
    _("Asking the consent gate"),
    _("Reading what they did"),
    _("Learning"),
    _("Judging and writing the scores"),
)
STATES: Final[Mapping[TrainingState, tuple[Promise, str, str]]] = {
    TrainingState.QUEUED: (_("waiting"), "info", "hourglass"),
    TrainingState.RUNNING: (_("being trained"), "info", "hourglass"),
    TrainingState.DONE: (_("scores in force"), "good", "circle-check"),
    TrainingState.REFUSED: (_("no model"), "warn", "circle-alert"),
    TrainingState.FAILED: (_("failed"), "bad", "circle-x"),
}
BASES: Final[Mapping[LearningBasis, Promise]] = {
    LearningBasis.CONSENT: _("Only people who agreed"),
    LearningBasis.LEGITIMATE_INTERESTS: _("Also people who were never asked"),
}
_FEATURES: Final[Mapping[str, Promise]] = {
    "has_ordered": _("has ever ordered"),
    "recency_days": _("days since the last order"),
    "orders": _("number of orders"),
    "order_days": _("days with an order"),
    "orders_90": _("orders in the last 90 days"),
    "gap_days": _("days from order to order"),
    "money_rank": _("rank by revenue"),
    "basket_rank": _("rank by average order"),
    "discounted": _("discounted orders"),
    "refunds": _("refunds"),
    "tenure_days": _("days since first seen"),
    "active_days": _("days with a visit or other touch"),
    "active_days_30": _("days with a touch in the last 30"),
}
_REFUSALS: Final[Mapping[str, type[QuanquError]]] = {
    one.code: one
    for one in (
        BaseTooSmallError,
        NoSignalError,
        SeedTooSmallError,
        TrainingBrokenError,
        TrainingLostError,
    )
}


def feature_title(code: str, language: str) -> str:
    """Return what a feature is called in the active language."""
    kind, _colon, level = code.partition(":")
    if kind == "channel":
        return gettext("share of touches: %(channel)s") % {
            "channel": channel_titles().get(level, level)
        }
    if kind == "country":
        return gettext("country: %(country)s") % {"country": country_name(level, language)}
    if kind == "category":
        return gettext("looks at most: %(category)s") % {"category": level}
    return str(_FEATURES.get(kind, code))


def refusal_text(code: str, details: Mapping[str, str]) -> str:
    """Return why a training ended without scores, in the active language."""
    known = _REFUSALS.get(code)
    if known is None:
        return gettext("The training ended early: %(code)s.") % {"code": code}
    return gettext(known.template).format(**details)
