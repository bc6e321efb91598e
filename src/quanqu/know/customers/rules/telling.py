"""How a new value of a profile field meets the one that is stored, as SQL.

Over the row in place `p`, the row that comes `excluded`, and the parameter `source`.  The latest
value of a field stands in the row itself; where sources differ, `told` keeps what each of the
others told last, and `first` what was told first where that is not the value in the row.
"""

from collections.abc import Sequence

from quanqu.know.customers.contracts import CONTACT_FIELDS, CORRECTION


def is_newer(field: str) -> str:
    """Return whether the coming value takes the place of the stored one."""
    new, old = f"excluded.seen->'{field}'", f"p.seen->'{field}'"
    order = (
        f'(({new}->>0)::bigint, ({new}->>1) COLLATE "C") {{}} '
        f'(({old}->>0)::bigint, ({old}->>1) COLLATE "C")'
    )
    differs = (
        f"{new}->>2 IS DISTINCT FROM {old}->>2"
        if field in CONTACT_FIELDS
        else f"excluded.{field} IS DISTINCT FROM p.{field}"
    )
    return (
        f"(excluded.seen ? '{field}' AND (NOT p.seen ? '{field}' OR {order.format('>')} "
        f"OR ({order.format('=')} AND {differs})))"
    )


def is_set_aside(field: str) -> str:
    """Return whether the coming value is another source's, older than the one in place, and not
    kept already."""
    return f"({_from_another(field)} AND NOT {is_newer(field)} AND NOT {_is_kept(field)})"


def told_after(fields: Sequence[str], *, source: str) -> str:
    """Return what `told` is afterwards.  A correction that a person asked for leaves no other value
    of its fields behind."""
    if source == CORRECTION:
        kept = "p.told"
        for field in fields:
            kept = f"({kept} - CASE WHEN {is_newer(field)} THEN '{field}' ELSE '' END)"
        return kept
    return " || ".join(["p.told", *(_told(field) for field in fields)])


def is_earlier(field: str) -> str:
    """Return whether the coming value was told before everything that is known of the field."""
    new = f"excluded.seen->'{field}'"
    at, source = f"({new}->>0)::bigint", f'({new}->>1) COLLATE "C"'
    first_at = f"coalesce(p.first->'{field}'->>0, p.seen->'{field}'->>0)::bigint"
    first = f"coalesce(p.first->'{field}'->>3, p.seen->'{field}'->>1) COLLATE \"C\""
    is_same = (
        f"coalesce(p.first->'{field}'->>2, p.seen->'{field}'->>2) = {new}->>2"
        if field in CONTACT_FIELDS
        else f"coalesce(p.first->'{field}'->>1, p.{field}::text) = excluded.{field}::text"
    )
    return (
        f"(excluded.seen ? '{field}' AND p.seen ? '{field}' AND ({at} < {first_at} "
        f"OR ({at} = {first_at} AND ({source} > {first} OR ({source} = {first} "
        f"AND NOT {is_same})))))"
    )


def first_after(fields: Sequence[str], *, source: str) -> str:
    """Return what `first` is afterwards.  A correction leaves no earlier value of its fields."""
    kept, added = "p.first", []
    for field in fields:
        gone = is_newer(field)
        if source != CORRECTION:
            added.append(_first(field))
            gone = f"{gone} AND {is_earlier(field)}"
        kept = f"({kept} - CASE WHEN {gone} THEN '{field}' ELSE '' END)"
    return " || ".join([kept, *added])


def _first(field: str) -> str:
    old, new = (
        f"jsonb_build_object('{field}', {_entry(row, field)} || "
        f"jsonb_build_array({row}.seen->'{field}'->1))"
        for row in ("p", "excluded")
    )
    newer, earlier = is_newer(field), is_earlier(field)
    return (
        f"CASE WHEN {earlier} AND NOT {newer} THEN {new} "
        f"WHEN {newer} AND NOT {earlier} AND p.seen ? '{field}' AND NOT p.first ? '{field}' "
        f"THEN {old} ELSE '{{}}'::jsonb END"
    )


def _told(field: str) -> str:
    others = f"(coalesce(p.told->'{field}', '{{}}'::jsonb) - %(source)s::text)"
    old = f"jsonb_build_object(p.seen->'{field}'->>1, {_entry('p', field)})"
    new = f"jsonb_build_object(%(source)s::text, {_entry('excluded', field)})"
    return (
        f"CASE WHEN {_from_another(field)} AND {is_newer(field)} "
        f"THEN jsonb_build_object('{field}', {others} || {old}) "
        f"WHEN {is_set_aside(field)} THEN jsonb_build_object('{field}', {others} || {new}) "
        "ELSE '{}'::jsonb END"
    )


def _from_another(field: str) -> str:
    return (
        f"(excluded.seen ? '{field}' AND p.seen ? '{field}' "
        f"AND p.seen->'{field}'->>1 <> excluded.seen->'{field}'->>1)"
    )


def _is_kept(field: str) -> str:
    """Tell whether this source told the field later, or the same at that time."""
    kept, at = f"p.told->'{field}'->%(source)s::text", f"(excluded.seen->'{field}'->>0)::bigint"
    same = (
        f"{kept}->>2 = excluded.seen->'{field}'->>2"
        if field in CONTACT_FIELDS
        else f"{kept}->>1 = excluded.{field}::text"
    )
    return (
        f"coalesce(({kept}->>0)::bigint > {at} OR (({kept}->>0)::bigint = {at} AND {same}), false)"
    )


def _entry(row: str, field: str) -> str:
    value = f"{row}.{field}::text"
    if field in CONTACT_FIELDS:
        value = f"replace(encode({row}.{field}, 'base64'), E'\\n', '')"
    seen = f"{row}.seen->'{field}'"
    return f"jsonb_build_array({seen}->0, {value}, {seen}->2)"
