"""How audiences overlap, and who is in one beside everybody."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import ibis
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import (
    Overlap,
    OverlapCell,
    OverlapSet,
    Part,
    TooManyAudiencesError,
    UnknownFieldError,
)
from quanqu.know.audiences.models import Audience
from quanqu.know.audiences.queries.conditions import profile_text
from quanqu.know.audiences.queries.keeping import compile_members
from quanqu.know.audiences.queries.question import KEY, customers_in_scope
from quanqu.know.audiences.queries.saved import VIEW
from quanqu.know.audiences.rules.fields import SCORES, Kind, profile_kind
from quanqu.know.audiences.rules.insight import index_of, is_few, jaccard, share

MOST: Final = 12
_MOST_SETS: Final = 40
_MOST_PARTS: Final = 50


def overlap_audiences(*, actor: Actor, audience_ids: Sequence[UUID]) -> Overlap:
    """Return how the members of two to twelve saved audiences overlap, as of their last refreshes.

    Shapes: a cell for each pair in the order given, each with itself included; at most 40 sets.
    Raises: NotAllowedError, NotFoundError, TooManyAudiencesError.
    """
    actor.require(VIEW)
    wanted = list(dict.fromkeys(audience_ids))
    if not 2 <= len(wanted) <= MOST:
        raise TooManyAudiencesError(most=MOST)
    visible = Audience.objects.visible_to(actor.scope(VIEW)).filter(id__in=wanted)
    keys = dict(visible.values_list("id", "key"))
    for one in wanted:
        if one not in keys:
            raise NotFoundError(kind="Audience", ref=encode("aud", one))
    by_key = {key: one for one, key in keys.items()}
    sets = {tuple(sorted(found)): count for found, count in _sets(list(by_key))}
    sizes = {
        (first, second): _in_both(sets, keys[first], keys[second])
        for at, first in enumerate(wanted)
        for second in wanted[at:]
    }
    pairs = tuple(_cell(first, second, sizes) for first, second in sizes)
    largest = sorted(sets.items(), key=lambda one: (-one[1], one[0]))[:_MOST_SETS]
    told = tuple(OverlapSet(tuple(by_key[key] for key in found), n) for found, n in largest)
    return Overlap(pairs, told)


def compose_audience(
    *, actor: Actor, definition: Mapping[str, Any], field: str, as_of: date
) -> tuple[Part, ...]:
    """Return the values of a customer's field among the members beside everybody in scope.

    The largest 50 by members; None stands for no value.  An index of 100 is everybody's share.
    Raises: NotAllowedError, DefinitionError, UnknownFieldError.
    """
    actor.require(VIEW)
    if profile_kind(field) in (None, Kind.TAGS, Kind.DAY) or field.startswith(SCORES):
        raise UnknownFieldError(field=field)
    scope = actor.scope(VIEW)
    everybody = customers_in_scope(scope)
    valued = everybody.select(KEY, value=profile_text(everybody, field))
    members = compile_members(definition=definition, scope=scope, as_of=as_of)
    inside = valued.semi_join(members, KEY)
    sides = ibis.union(
        valued.select("value", member=ibis.literal(0, "int64")),
        inside.select("value", member=ibis.literal(1, "int64")),
    )
    counted = sides.group_by("value").aggregate(members=sides["member"].sum(), rows=sides.count())
    rows = run(counted.select("value", "members", "rows")).to_pylist()
    for row in rows:
        row["everybody"] = row["rows"] - row["members"]
    all_members = sum(row["members"] for row in rows)
    all_people = sum(row["everybody"] for row in rows)
    told = sorted(rows, key=lambda row: (-row["members"], row["value"] or ""))
    return tuple(
        Part(
            row["value"],
            row["members"],
            row["everybody"],
            index_of(row["members"], all_members, row["everybody"], all_people),
            is_few(row["members"], row["everybody"]),
        )
        for row in told[:_MOST_PARTS]
    )


def _in_both(sets: Mapping[tuple[int, ...], int], first: int, second: int) -> int:
    return sum(count for found, count in sets.items() if {first, second} <= {*found})


def _cell(first: UUID, second: UUID, sizes: Mapping[tuple[UUID, UUID], int]) -> OverlapCell:
    both, one, other = sizes[first, second], sizes[first, first], sizes[second, second]
    return OverlapCell(
        first, second, both, jaccard(one, other, both), share(both, one), share(both, other)
    )


def _sets(keys: Sequence[int]) -> list[tuple[list[int], int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audiences, count(*) FROM ("
            "SELECT array_agg(audience_key ORDER BY audience_key) AS audiences "
            "FROM audiences_member WHERE audience_key = ANY(%s) AND left_at IS NULL "
            "GROUP BY customer_key) AS found GROUP BY audiences",
            [list(keys)],
        )
        return [(list(found), int(count)) for found, count in cursor.fetchall()]
