"""Which rule of what is withheld holds for an item at a place: the most specific.

Source: docs/rules/stock-channels.md#rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quanqu.sell.inventory.contracts import LARGEST_QUANTITY, StockRule, StockRuleError

__all__ = ["RuleBook", "Withheld", "check_rules"]

_BELOW = " > "


@dataclass(frozen=True, slots=True)
class Withheld:
    """What rules say of an item at a place: safety stock, and the buffers that are not nothing."""

    safety: int = 0
    buffers: dict[str, int] = field(default_factory=dict)


class RuleBook:
    """The rules of a company, to be asked of many items at many places."""

    def __init__(self, rules: Sequence[StockRule]) -> None:
        self._units = {
            (one.channel, one.variant_key, one.category, one.place_key): one.units for one in rules
        }
        self._channels = sorted({one.channel for one in rules} - {""})

    def withheld(self, *, place_key: int, variant_key: int, category: str) -> Withheld:
        """Return what holds for an item of a category (a path such as `A > B`) at a place.

        An item goes before a category, a nearer category before one above it, both before
        everything; within each, a place goes before all places.
        """
        subjects = list(_subjects(variant_key, category))

        def found(channel: str) -> int:
            for variant, path in subjects:
                for place in (place_key, None):
                    units = self._units.get((channel, variant, path, place))
                    if units is not None:
                        return units
            return 0

        buffers = {channel: units for channel in self._channels if (units := found(channel))}
        return Withheld(found(""), buffers)


def _subjects(variant_key: int, category: str) -> Iterator[tuple[int | None, str]]:
    yield variant_key, ""
    path = category
    while path:
        yield None, path
        path = path.rpartition(_BELOW)[0]
    yield None, ""


def check_rules(rules: Sequence[tuple[StockRule, bool]], channels: frozenset[str]) -> None:
    """Refuse rules that cannot be, by their number from 1. Raises: StockRuleError."""
    if not rules:
        raise StockRuleError(line=1, problem="there is no rule")
    met = set()
    for number, (one, _is_kept) in enumerate(rules, 1):
        subject = (one.variant_key, one.category, one.place_key, one.channel)
        if not 0 <= one.units <= LARGEST_QUANTITY:
            problem = f"the units are a number from 0 to {LARGEST_QUANTITY}"
        elif one.variant_key is not None and one.category:
            problem = "it is of an item or of a category, not of both"
        elif one.channel and one.channel not in channels:
            problem = f"there is no channel {one.channel}"
        elif subject in met:
            problem = "another one is of the same"
        else:
            met.add(subject)
            continue
        raise StockRuleError(line=number, problem=problem)
