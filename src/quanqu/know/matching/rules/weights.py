"""A model read for people: what each level of each detail says, in bits."""

from collections.abc import Mapping
from math import log2
from typing import Any

from quanqu.know.matching.contracts import DetailWeights, LevelWeight

__all__ = ["level_of", "weights_of"]


def weights_of(model: Mapping[str, Any]) -> tuple[DetailWeights, ...]:
    """Return the levels of every detail, best first, with m, u and the weight log2(m / u)."""
    return tuple(
        DetailWeights(
            detail=comparison["output_column_name"],
            levels=tuple(
                LevelWeight(
                    code=level["label_for_charts"],
                    m=level["m_probability"],
                    u=level["u_probability"],
                    weight=log2(level["m_probability"] / level["u_probability"]),
                )
                for level in comparison["comparison_levels"]
                if not level.get("is_null_level")
            ),
        )
        for comparison in model["comparisons"]
    )


def level_of(detail: DetailWeights, weight: float) -> str:
    """Return the level that gives this weight; a weight of nothing is a missing value."""
    nearest = min(detail.levels, key=lambda level: abs(level.weight - weight))
    return nearest.code if abs(nearest.weight - weight) < 1e-6 else "missing"
