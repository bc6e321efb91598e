"""The form of a source's settings, and what they did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.settings.source_words import (
    BOT_RULES,
    EFFECTS,
    KINDS,
    TIME_RULES,
)
from quanqu.know.timeline.contracts import (
    BotRule,
    EffectKind,
    IntakeChange,
    OutOfTimeRule,
    SourceChange,
    SourceEffect,
    SourceInfo,
    SourceKind,
)

__all__ = ["EffectLine", "SourceEdit", "effect_lines"]

_INTAKE: Final = ("sampling_rate", "bots", "late_days", "on_late", "ahead_s", "on_ahead")


def _choices(words: Mapping[Any, Promise]) -> list[tuple[str, Promise]]:
    return [(each.value, title) for each, title in words.items()]


class SourceEdit(StyledForm):
    """What may be changed of a source."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_choices(KINDS))
    allowed_origins = forms.CharField(
        label=gettext_lazy("Web origins that may send"),
        required=False,
        help_text=gettext_lazy(
            "Such as https://shop.example, separated by spaces; for browsers only."
        ),
    )
    rate_limit = forms.IntegerField(
        label=gettext_lazy("At most, events a second"),
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("0: no limit of its own."),
    )
    sampling_rate = forms.DecimalField(
        label=gettext_lazy("Share of the visitors to take"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        decimal_places=4,
        help_text=gettext_lazy("1: all. 0.1: a tenth; a visitor is wholly in or out."),
    )
    bots = forms.ChoiceField(label=gettext_lazy("Robots"), choices=_choices(BOT_RULES))
    late_days = forms.IntegerField(
        label=gettext_lazy("Late after, days"),
        min_value=0,
        max_value=36_500,
        help_text=gettext_lazy("0: no limit but the year 1971."),
    )
    on_late = forms.ChoiceField(label=gettext_lazy("A late event"), choices=_choices(TIME_RULES))
    ahead_s = forms.IntegerField(
        label=gettext_lazy("Ahead of time after, seconds"),
        min_value=0,
        max_value=31_536_000,
        help_text=gettext_lazy("Less than that counts as the time of receipt."),
    )
    on_ahead = forms.ChoiceField(
        label=gettext_lazy("An event ahead of time"), choices=_choices(TIME_RULES)
    )

    @staticmethod
    def start(source: SourceInfo) -> dict[str, Any]:
        """Return the fields as they are."""
        intake = {name: getattr(source.intake, name) for name in _INTAKE}
        intake["sampling_rate"] = source.intake.sampling_rate.normalize()
        return {
            "name": source.name,
            "kind": source.kind.value,
            "allowed_origins": " ".join(source.allowed_origins),
            "rate_limit": source.rate_limit,
            **intake,
        }

    def change(self) -> SourceChange:
        """Return the fields as the room takes them."""
        chosen = self.cleaned_data
        return SourceChange(
            name=chosen["name"],
            kind=SourceKind(chosen["kind"]),
            allowed_origins=tuple(chosen["allowed_origins"].split()),
            rate_limit=chosen["rate_limit"],
            intake=IntakeChange(
                sampling_rate=chosen["sampling_rate"],
                bots=BotRule(chosen["bots"]),
                late_days=chosen["late_days"],
                on_late=OutOfTimeRule(chosen["on_late"]),
                ahead_s=chosen["ahead_s"],
                on_ahead=OutOfTimeRule(chosen["on_ahead"]),
            ),
        )


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What one setting did: today (UTC) and in the last thirty days."""

    title: Promise
    today: int
    month: int


def effect_lines(effects: Iterable[SourceEffect], today: date) -> list[EffectLine]:
    """Return what a source's settings did, in a fixed order; only what happened."""
    sums = {kind: [0, 0] for kind in EffectKind}
    for effect in effects:
        sums[effect.kind][1] += effect.count
        if effect.day == today:
            sums[effect.kind][0] += effect.count
    return [EffectLine(EFFECTS[kind], *told) for kind, told in sums.items() if told[1]]
