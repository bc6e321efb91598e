"""Rows at the end of a report that add the others up: they are no sale, product or person."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.rules.columns import text_of
from quanqu.doors.connectors.rules.guessing.facts import Look
from quanqu.doors.connectors.rules.guessing.plan import Plan, Spec
from quanqu.doors.connectors.rules.guessing.profile import Profile

__all__ = ["sum_rows"]

_WORD: Final = (
    r"(?i)^(grand |sub|report |overall )?totals?( general| général| generale)?[:.]?$|"
    r"^(summe|gesamt|gesamtsumme|gesamtbetrag|endsumme|zwischensumme|somme|sum|suma|totale|totaal|"
    r"razem|itogo|итого|合计|总计|小计|总和|合計|總計|総計|합계)[:：.]?$"
)
_FIRST: Final = 3
# what every row but such a one tells, by what the rows are
_TELLING: Final = {
    "order_lines": ("date",),
    "orders": ("date",),
    "products": ("product_name", "sku", "gtin", "brand", "category"),
    "customers": ("customer_name", "last_name", "email", "phone"),
    "events": ("date",),
}
_REASONS: Final = {
    "sum_of_rows": {"en": "The row adds up the rows above it.", "zh-hans": "该行是以上各行的合计。"}
}


def sum_rows(plan: Plan, profiles: Sequence[Profile], look: Look, shape: str) -> Spec:
    """Return the rule that rejects rows called a total which tell nothing else; empty: no such."""
    if plan.is_payload:
        return {}
    for profile in profiles[:_FIRST]:
        cells = text_of(look(profile)) if pa.types.is_string(look(profile).type) else None
        if cells is None:
            continue
        named = pc.fill_null(pc.match_substring_regex(cells, _WORD), False)
        telling = _telling(plan, profile, shape)
        if not pc.any(named).as_py() or telling is None:
            continue
        if pc.any(pc.is_null(text_of(look(telling)).filter(named))).as_py():
            words = sorted(set(cells.filter(named).to_pylist()))
            when = [
                {"column": profile.path, "in": words},
                {"column": telling.path, "missing": True},
            ]
            rule = {"reason": "sum_of_rows", "when": {"all": when}}
            return {"reject": [rule], "reasons": _REASONS}
    return {}


def _telling(plan: Plan, profile: Profile, shape: str) -> Profile | None:
    columns = (plan.one(name) for name in _TELLING[shape] if plan.has(name))
    return next((column for column in columns if column.name != profile.name), None)
