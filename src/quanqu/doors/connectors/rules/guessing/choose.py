"""Gives each field the column that fits it best."""

from collections.abc import Sequence
from typing import Final

from quanqu.doors.connectors.contracts import Hints
from quanqu.doors.connectors.rules.guessing.choice import Choice
from quanqu.doors.connectors.rules.guessing.fit import scores_of
from quanqu.doors.connectors.rules.guessing.leftovers import add_clock, describe, fill
from quanqu.doors.connectors.rules.guessing.names import LEFT_OUT
from quanqu.doors.connectors.rules.guessing.profile import Profile

__all__ = ["choose"]

_ENOUGH: Final = 0.5


def choose(profiles: Sequence[Profile], hints: Hints) -> dict[str, Choice]:
    """Return the columns of each field; a column serves one field unless a person says else."""
    by_name = {profile.name: profile for profile in profiles}
    found = {
        field: Choice(tuple(by_name[name] for name in names if name in by_name), 1.0)
        for field, names in hints.fields.items()
        if names
    }
    if hints.only_told:
        return found
    used = {column.name for choice in found.values() for column in choice.columns}
    used |= hints.left_out
    closed = set(hints.fields)
    has_lines = any(profile.level for profile in profiles)
    pairs = [
        (score, -at, field, profile)
        for at, profile in enumerate(profiles)
        if profile.name not in used
        for field, score in scores_of(profile, has_lines).items()
    ]
    for score, _, field, profile in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if score < _ENOUGH or profile.name in used or field in closed or field in found:
            continue
        used.add(profile.name)
        if field != LEFT_OUT:
            found[field] = Choice((profile,), score)
    fill(found, [p for p in profiles if p.name not in used], closed)
    add_clock(found, [p for p in profiles if p.name not in hints.left_out], closed)
    describe(found, profiles, closed)
    return found
