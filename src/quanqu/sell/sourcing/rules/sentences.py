"""A profile in words, English and Chinese: one sentence a rule, one a strategy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from quanqu.kernel.money import Money
from quanqu.sell.sourcing.contracts import (
    Condition,
    Criterion,
    Filters,
    Method,
    Profile,
    Strategy,
    Unfillable,
)
from quanqu.sell.sourcing.rules.phrases import (
    CHANNELS,
    CRITERIA,
    ENDINGS,
    KINDS,
    METHODS,
    PHRASES,
    UNITS,
)

__all__ = ["sentences"]

CHINESE: Final = "zh-hans"


def sentences(profile: Profile, *, language: str, currency: str) -> tuple[str, ...]:
    """Return the profile in words: rules in their order, what no rule is for, strategies."""
    said = _Speech(PHRASES["zh" if language == CHINESE else "en"], language, currency)
    return tuple(said.all(profile))


class _Speech:
    """Speaks one language, of one currency."""

    def __init__(self, phrases: Mapping[str, str], language: str, currency: str) -> None:
        self._phrases, self._currency = phrases, currency
        self._at = 1 if language == CHINESE else 0

    def all(self, profile: Profile) -> Iterator[str]:
        for rule in profile.rules:
            yield self._say("rule", when=self._when(rule.when), strategy=rule.strategy)
        key = "default" if profile.rules else "only"
        yield self._say(key, strategy=profile.default)
        for code, strategy in profile.strategies.items():
            yield self._say("strategy", code=code, parts=self._strategy(strategy))

    def _strategy(self, strategy: Strategy) -> str:
        parts = [self._places(strategy.filters), self._parcels(strategy)]
        wanted = [self._criterion(one.by, one.band) for one in strategy.criteria]
        parts.append(self._phrases["then"].join(wanted))
        if strategy.fallback:
            parts.append(self._say("fallback", strategy=strategy.fallback))
        parts.append(ENDINGS[Unfillable(strategy.unfillable)][self._at])
        return self._phrases["between"].join(parts)

    def _places(self, filters: Filters) -> str:
        kinds = self._list([KINDS.get(one, (one, one))[self._at] for one in filters.kinds])
        parts = [kinds or self._phrases["every_place"]]
        for key, words in (
            ("units", filters.units),
            ("tags", filters.tags),
            ("without_tags", filters.without_tags),
            ("countries", filters.countries),
        ):
            if words:
                parts.append(self._say(key, words=self._list(words)))
        if filters.max_km is not None:
            parts.append(self._say("max_km", km=filters.max_km))
        if filters.is_open:
            parts.append(self._phrases["is_open"])
        if filters.has_capacity:
            parts.append(self._phrases["has_capacity"])
        return self._phrases["comma"].join(parts)

    def _parcels(self, strategy: Strategy) -> str:
        if strategy.most_parcels == 1:
            return self._phrases["one_parcel"]
        if not strategy.min_split_minor:
            return self._say("parcels", parcels=strategy.most_parcels)
        worth = self._money(strategy.min_split_minor)
        return self._say("parcels_from", parcels=strategy.most_parcels, worth=worth)

    def _criterion(self, by: Criterion, band: int) -> str:
        name = CRITERIA[by][self._at]
        if band == 1:
            return name
        unit = UNITS[by][self._at]
        told = self._money(band) if by is Criterion.COST else f"{band} {unit}".strip()
        if self._at and told[-1].isascii():
            told += " "  # between Latin and Han
        return self._say("band", name=name, band=told)

    def _when(self, when: Condition) -> str:
        parts = []
        if when.channels:
            names = [CHANNELS.get(one, (one, one))[self._at] for one in when.channels]
            parts.append(self._say("channels", words=self._list(names)))
        if when.tiers:
            parts.append(self._say("tiers", words=self._list(when.tiers)))
        if when.methods:
            names = [METHODS[Method(one)][self._at] for one in when.methods]
            parts.append(self._say("methods", words=self._list(names)))
        parts += self._range("value", when.min_value_minor, when.max_value_minor, self._money)
        parts += self._range("weight", when.min_weight_g, when.max_weight_g, _kilograms)
        if when.hours:
            begins, ends = _clock(when.hours.begins), _clock(when.hours.ends)
            parts.append(self._say("hours", begins=begins, ends=ends, zone=when.hours.zone))
        return self._phrases["comma"].join(parts) or self._phrases["any_order"]

    def _range(
        self, key: str, least: int | None, most: int | None, shown: Callable[[int], str]
    ) -> Iterator[str]:
        if least is not None:
            yield self._say(f"{key}_from", number=shown(least))
        if most is not None:
            yield self._say(f"{key}_to", number=shown(most))

    def _list(self, words: Sequence[str]) -> str:
        return self._phrases["or"].join(words)

    def _money(self, minor: int) -> str:
        money = Money(minor, self._currency)
        return f"{money.amount} {money.currency}"

    def _say(self, key: str, **fields: object) -> str:
        return self._phrases[key].format(**fields)


def _kilograms(grams: int) -> str:
    return f"{grams / 1000:g} kg"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
