"""Which value of a profile field survives among those that a customer's sources tell.

The decision is made where the rows are, so it is written once here as SQL over the alias `p` of
customers_profile: `seen` holds [µs since 1970, source, mark] of the latest value of each field,
`told` by field and source [µs, value, mark] of the others, `first` [µs, value, mark, source] of
what was told before them.  `choose` is the same in Python.

Source: docs/rules/identity.md#profiles.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from quanqu.know.customers.contracts import CONTACT_FIELDS, CORRECTION, FieldChoice, FieldRule
from quanqu.know.customers.rules.profiles import DATES

UNNAMED: Final = 1_000
"""The rank of a source that a rule does not name."""

LATEST: Final = FieldRule()
_BEFORE_ALL: Final = -(2**62)


@dataclass(frozen=True, slots=True)
class Told:
    """A value that a source tells of a field, as it is stored; `is_past`: kept only because it was
    told first."""

    value: Any
    micros: int
    source: str
    mark: str
    subject_key: int
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Survival:
    """The rules of a version by field; a field without one shows its latest value.

    Ranks of sources lie in customers_source_rank under the version.  `alias` tells the joins of two
    versions in one query apart.
    """

    version: int = 0
    rules: Mapping[str, FieldRule] = field(default_factory=dict)
    alias: str = "b"

    def one(self, name: str, value: str | None = None) -> str:
        """Return an aggregate that yields the surviving value of a field, or `same`: text that
        equal values share."""
        if name not in self.rules:
            return _latest(name, value)
        if self.rules[name].by is FieldChoice.FREQUENT:
            return self._most_told(name, value)
        best = f"{self.alias}_{name}"
        taken = f"{best}.{value or 'value'}"
        order = f'{best}.rank, {best}.us DESC, {best}.source COLLATE "C" DESC, p.subject_key'
        return f"(array_agg({taken} ORDER BY {order}) FILTER (WHERE {best}.us IS NOT NULL))[1]"

    def many(self, fields: Iterable[str]) -> str:
        """Return the aggregates of several fields, each under its own name."""
        return ", ".join(f"{self.one(name)} AS {name}" for name in fields)

    def joins(self, fields: Iterable[str]) -> str:
        """Return what is to follow the join of `p` so that the aggregates find their rows."""
        return "".join(self._join(name) for name in fields if name in self.rules)

    def _join(self, name: str) -> str:
        by = self.rules[name].by
        rows = _rows(name, with_first=by is FieldChoice.FIRST)
        same = "o.mark" if name in CONTACT_FIELDS else "o.value::text"
        if by is FieldChoice.FREQUENT:
            text = "encode(o.value, 'base64')" if name in CONTACT_FIELDS else "o.value::text"
            return (
                f" LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array({text}, o.us, o.source, "  # noqa: S608 - fragments of our own code
                f"{same}, p.subject_key)) AS told FROM ({rows}) AS o (value, us, source, mark)) "
                f"{self.alias}_{name} ON true"
            )
        rank = self._rank(name)
        return (
            f" LEFT JOIN LATERAL (SELECT o.value, o.us, o.source, {same} AS same, "  # noqa: S608 - fragments of our own code
            f"{rank} AS rank FROM ({rows}) AS o (value, us, source, mark) "
            f'ORDER BY rank, o.us DESC, o.source COLLATE "C" DESC LIMIT 1) '
            f"{self.alias}_{name} ON true"
        )

    def _most_told(self, name: str, value: str | None) -> str:
        """Return the value with most sources over all identifiers: an aggregate of every one's
        values, counted apart from the rows of the query around it."""
        told = f"{self.alias}_{name}.told"
        order = 'f.us DESC, f.source COLLATE "C" DESC, f.subject'
        text = f"(array_agg(f.value ORDER BY {order}))[1]"
        taken = f"decode({text}, 'base64')" if name in CONTACT_FIELDS else text
        taken = "f.same" if value == "same" else f"({taken}){_CASTS.get(name, '')}"
        return (
            f"(SELECT {taken} FROM "  # noqa: S608 - fragments of our own code
            "(SELECT e->>0 AS value, (e->>1)::bigint AS us, e->>2 AS source, e->>3 AS same, "
            "(e->>4)::bigint AS subject FROM "
            f"jsonb_array_elements(jsonb_agg({told}) FILTER (WHERE {told} IS NOT NULL)) g, "
            "jsonb_array_elements(g) e) f GROUP BY f.same ORDER BY "
            f"max(f.us) FILTER (WHERE f.source = '{CORRECTION}') DESC NULLS LAST, "
            f"count(DISTINCT f.source) DESC, max(f.us) DESC, "
            f'(array_agg(f.source ORDER BY {order}))[1] COLLATE "C" DESC, '
            f"(array_agg(f.subject ORDER BY {order}))[1] LIMIT 1)"
        )

    def _rank(self, name: str) -> str:
        if self.rules[name].by is FieldChoice.LONGEST:
            size = "o.value" if name in CONTACT_FIELDS else "convert_to(o.value::text, 'UTF8')"
            return f"-octet_length({size})"
        if self.rules[name].by is FieldChoice.FIRST:
            return f"CASE WHEN o.source = '{CORRECTION}' THEN {_BEFORE_ALL} ELSE o.us END"
        return (
            f"CASE WHEN o.source = '{CORRECTION}' THEN 0 ELSE coalesce((SELECT r.rank "  # noqa: S608 - fragments of our own code
            f"FROM customers_source_rank r WHERE r.version = {int(self.version)} "
            f"AND r.field = '{name}' AND r.source = o.source), {UNNAMED}) END"
        )


def choose(rule: FieldRule, told: Iterable[Told]) -> Told | None:
    """Return the value that survives: by its time, by rank of its source, by how many sources tell
    it or by its length in bytes, then the latest; of equals the greater source name, then the
    smaller identifier."""
    found = [one for one in told if rule.by is FieldChoice.FIRST or not one.is_past]
    if rule.by is FieldChoice.FREQUENT:
        return _most_told(found)
    return min(found, key=lambda one: (_rank(rule, one), *_lateness(one)), default=None)


def _lateness(one: Told) -> tuple[Any, ...]:
    return (-one.micros, [-ord(letter) for letter in one.source] + [0], one.subject_key)


def _most_told(told: Iterable[Told]) -> Told | None:
    by_value: dict[str, list[Told]] = defaultdict(list)
    for one in sorted(told, key=_lateness):
        by_value[one.mark or str(one.value)].append(one)

    def order(group: list[Told]) -> tuple[Any, ...]:
        corrected = [one.micros for one in group if one.source == CORRECTION]
        sources = {one.source for one in group}
        return (-max(corrected, default=_BEFORE_ALL), -len(sources), *_lateness(group[0]))

    best = min(by_value.values(), key=order, default=None)
    return best[0] if best else None


def _rank(rule: FieldRule, one: Told) -> int:
    if rule.by is FieldChoice.LONGEST:
        text = one.value.isoformat() if isinstance(one.value, date) else one.value
        return -len(text if isinstance(text, bytes) else str(text).encode())
    if rule.by is FieldChoice.LATEST:
        return 0
    if rule.by is FieldChoice.FIRST:
        return _BEFORE_ALL if one.source == CORRECTION else one.micros
    if one.source == CORRECTION:
        return 0
    return rule.sources.index(one.source) + 1 if one.source in rule.sources else UNNAMED


def _rows(name: str, *, with_first: bool) -> str:
    """Return the query of what one identifier's sources tell of a field."""

    def told(text: str) -> str:
        if name in CONTACT_FIELDS:
            return f"decode({text}, 'base64')"
        return f"({text}){_CASTS.get(name, '')}"

    seen, first = f"p.seen->'{name}'", f"p.first->'{name}'"
    rows = (
        f"SELECT p.{name}, ({seen}->>0)::bigint, {seen}->>1, {seen}->>2 "  # noqa: S608 - fragments of our own code
        f"WHERE p.seen ? '{name}' UNION ALL "
        f"SELECT {told('e.value->>1')}, (e.value->>0)::bigint, e.key, e.value->>2 "
        f"FROM jsonb_each(p.told->'{name}') e"
    )
    if with_first:
        rows += (
            f" UNION ALL SELECT {told(f'{first}->>1')}, ({first}->>0)::bigint, {first}->>3, "
            f"{first}->>2 WHERE p.first ? '{name}'"
        )
    return rows


def _latest(name: str, value: str | None) -> str:
    taken = {
        None: f"p.{name}",
        "same": f"p.seen->'{name}'->>2" if name in CONTACT_FIELDS else f"p.{name}::text",
    }[value]
    order = (
        f"(p.seen->'{name}'->>0)::bigint DESC, (p.seen->'{name}'->>1) COLLATE \"C\" DESC, "
        "p.subject_key"
    )
    return f"(array_agg({taken} ORDER BY {order}) FILTER (WHERE p.seen ? '{name}'))[1]"


_CASTS: Final = dict.fromkeys(DATES, "::date")
