"""What tax an amount bears, rounded so that lines, rates and document agree to the minor unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quanqu.kernel.money import allocate
from quanqu.sell.invoicing.contracts import (
    Rounding,
    Taxable,
    TaxedLine,
    TaxedSum,
    TaxedTotal,
    TaxRule,
    TaxTreatment,
)

__all__ = ["Remainder", "rule_on", "share_back", "sums_of", "tax"]

Group = tuple[TaxTreatment, Decimal, str, str]


def rule_on(rules: Sequence[TaxRule], region: str, category: str, on: date) -> TaxRule | None:
    """Return the rule of a region and category on a day: of the latest day that has come, the last
    that was written down. A part of a country without a rule of its own has its country's.

    Shapes: `rules` in the order they were written down.
    """
    for place in dict.fromkeys((region, region.partition("-")[0])):
        found = [
            (one.valid_from, at, one)
            for at, one in enumerate(rules)
            if one.region == place and one.category == category and one.valid_from <= on
        ]
        if found:
            return max(found, key=lambda entry: entry[:2])[2]
    return None


def tax(lines: Sequence[Taxable], *, rounding: Rounding) -> TaxedTotal:
    """Tax amounts: net + tax + rounding of a line make what the buyer pays for it.

    By line, tax is rounded half up on each line and nothing is left over. By document, the net of
    each rate is rounded, its tax is net x rate rounded (EN 16931, BR-CO-17), and what then differs
    from what prices with tax asked is the rounding (BT-114). Lines share the net by largest
    remainder; what is left of a line is its tax.  Source: docs/rules/tax.md#rounding.
    """
    taxed: list[TaxedLine] = [TaxedLine(0, 0, 0)] * len(lines)
    for group in _groups(lines).values():
        parts = _by_line(group) if rounding is Rounding.LINE else _by_document(group)
        for (at, _), part in zip(group, parts, strict=True):
            taxed[at] = part
    return TaxedTotal(tuple(taxed), sums_of([one.rule for one in lines], taxed))


def sums_of(rules: Sequence[TaxRule], lines: Sequence[TaxedLine]) -> tuple[TaxedSum, ...]:
    """Return the sums of lines by treatment and rate, in the order they first appear."""
    found: dict[Group, tuple[int, int]] = {}
    for rule, line in zip(rules, lines, strict=True):
        net, owed = found.get(_group(rule), (0, 0))
        found[_group(rule)] = (net + line.net_minor, owed + line.tax_minor)
    return tuple(
        TaxedSum(treatment, rate, net, owed, code, reason)
        for (treatment, rate, code, reason), (net, owed) in found.items()
    )


@dataclass(frozen=True, slots=True)
class Remainder:
    """A line of a blue invoice and what red ones took back of it. Units: minor units."""

    blue: TaxedLine
    taken_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What can still be taken back."""
        return self.blue.gross_minor - self.taken_minor


def share_back(of: Remainder, amount_minor: int) -> TaxedLine:
    """Return the net and tax of an amount that is taken back of a line.

    Tax and rounding are differences of what all that was taken back so far bears, the net is what
    is left: however it is taken back, the parts make the line exactly, and never more.
    """
    before, after, whole = of.taken_minor, of.taken_minor + amount_minor, of.blue.gross_minor

    def between(part: int) -> int:
        return _portion(part, after, whole) - _portion(part, before, whole)

    owed, rest = between(of.blue.tax_minor), between(of.blue.rounding_minor)
    return TaxedLine(amount_minor - owed - rest, owed, rest)


def _portion(part: int, of: int, whole: int) -> int:
    return 0 if whole == 0 else _rounded(Decimal(part) * of / whole)


def _group(rule: TaxRule) -> Group:
    return (rule.treatment, rule.rate, rule.reason_code, rule.reason)


def _groups(lines: Sequence[Taxable]) -> dict[tuple[Group, bool], list[tuple[int, Taxable]]]:
    found: dict[tuple[Group, bool], list[tuple[int, Taxable]]] = {}
    for at, line in enumerate(lines):
        found.setdefault((_group(line.rule), line.rule.is_included), []).append((at, line))
    return found


def _by_line(group: Sequence[tuple[int, Taxable]]) -> list[TaxedLine]:
    parts = []
    for _, line in group:
        rate, amount = line.rule.rate, line.amount_minor
        if line.rule.is_included:
            owed = _rounded(Decimal(amount) * rate / (1 + rate))
            parts.append(TaxedLine(amount - owed, owed, 0))
        else:
            parts.append(TaxedLine(amount, _rounded(Decimal(amount) * rate), 0))
    return parts


def _by_document(group: Sequence[tuple[int, Taxable]]) -> list[TaxedLine]:
    rule = group[0][1].rule
    amounts = [line.amount_minor for _, line in group]
    total = sum(amounts)
    net = _rounded(Decimal(total) / (1 + rule.rate)) if rule.is_included else total
    owed = _rounded(Decimal(net) * rule.rate)
    if not rule.is_included:
        shares = allocate(owed, amounts)
        return [TaxedLine(part, share, 0) for part, share in zip(amounts, shares, strict=True)]
    nets = allocate(net, amounts)
    rests = [amount - part for amount, part in zip(amounts, nets, strict=True)]
    at = max(range(len(rests)), key=lambda one: rests[one])  # it bears what is rounded
    rounding = [total - net - owed if one == at else 0 for one in range(len(rests))]
    return [
        TaxedLine(part, rest - odd, odd)
        for part, rest, odd in zip(nets, rests, rounding, strict=True)
    ]


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
