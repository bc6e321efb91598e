"""Fill and floor what training could not see, so that no single detail decides with certainty."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["smoothed"]

_SAME: Final = 0.9  # of matches agree on a detail that no training could look at
_LEAST: Final = 1e-4

M: Final = "m_probability"
U: Final = "u_probability"


def smoothed(model: Mapping[str, Any], *, rows: int, sampled: int) -> dict[str, Any]:
    """Return the model with an m and a u for every level.

    m is at least half a row in `rows`, u at least half a pair in `sampled`: what was never seen may
    still happen (Krichevsky and Trofimov 1981).  A level seen on neither side says nothing.  A
    detail that no key left free is given the usual agreement.
    """
    least_m = max(0.5 / max(rows, 1), _LEAST)
    least_u = 0.5 / max(sampled, 1)
    comparisons = []
    for comparison in model["comparisons"]:
        levels = [dict(level) for level in comparison["comparison_levels"]]
        real = [level for level in levels if not level.get("is_null_level")]
        if all(level.get(M) is None for level in real):
            _take_usual(real)
        for level in real:
            seen_m, seen_u = level.get(M), level.get(U)
            level[U] = max(seen_u or 0.0, least_u)
            level[M] = max(seen_m or 0.0, least_m)
            if seen_m is None and seen_u is None:
                level[M] = level[U]
        comparisons.append({**comparison, "comparison_levels": levels})
    return {**model, "comparisons": comparisons}


def _take_usual(levels: list[dict[str, Any]]) -> None:
    """Give matches 90 % agreement over the levels `same`, the rest to the others alike."""
    same = [level for level in levels if level["label_for_charts"].startswith("same")]
    others = [level for level in levels if level not in same]
    seen = [level for level in same if level.get(U) is not None] or same
    for level in same:
        level[M] = _SAME / len(seen) if level in seen else None
    for level in others:
        level[M] = (1 - _SAME) / max(len(others), 1)
