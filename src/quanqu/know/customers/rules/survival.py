"""Which value of a profile field survives among those that a customer's sources tell.

The decision is made where the rows are, so it is written once here as SQL over the alias `p` of
customers_profile: `seen` holds [µs since 1970, source, mark] of the latest value of each field,
`told` by field and source [µs, value, mark] of the others.  `choose` is the same in Python.

Source: docs/rules/identity.md#profiles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from quanqu.know.customers.contracts import CONTACT_FIELDS, CORRECTION, FieldChoice, FieldRule
from quanqu.know.customers.rules.profiles import DATES

UNNAMED: Final = 1_000
"""The rank of a source that a rule does not name."""

LATEST: Final = FieldRule()


@dataclass(frozen=True, slots=True)
class Told:
    """A value that a source tells of a field, as it is stored."""

    value: Any
    micros: int
    source: str
    mark: str
    subject_key: int


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
        told = f"(e.value->>1){_CASTS.get(name, '')}"
        if name in CONTACT_FIELDS:
            told = "decode(e.value->>1, 'base64')"
        seen = f"p.seen->'{name}'"
        rows = (
            f"SELECT p.{name}, ({seen}->>0)::bigint, {seen}->>1, {seen}->>2 "  # noqa: S608 - fragments of our own code
            f"WHERE p.seen ? '{name}' UNION ALL "
            f"SELECT {told}, (e.value->>0)::bigint, e.key, e.value->>2 "
            f"FROM jsonb_each(p.told->'{name}') e"
        )
        rank = self._rank(name)
        same = "o.mark" if name in CONTACT_FIELDS else "o.value::text"
        return (
            f" LEFT JOIN LATERAL (SELECT o.value, o.us, o.source, {same} AS same, "  # noqa: S608 - fragments of our own code
            f"{rank} AS rank FROM ({rows}) AS o (value, us, source, mark) "
            f'ORDER BY rank, o.us DESC, o.source COLLATE "C" DESC LIMIT 1) '
            f"{self.alias}_{name} ON true"
        )

    def _rank(self, name: str) -> str:
        if self.rules[name].by is FieldChoice.LONGEST:
            size = "o.value" if name in CONTACT_FIELDS else "convert_to(o.value::text, 'UTF8')"
            return f"-octet_length({size})"
        return (
            f"CASE WHEN o.source = '{CORRECTION}' THEN 0 ELSE coalesce((SELECT r.rank "  # noqa: S608 - fragments of our own code
            f"FROM customers_source_rank r WHERE r.version = {int(self.version)} "
            f"AND r.field = '{name}' AND r.source = o.source), {UNNAMED}) END"
        )


def choose(rule: FieldRule, told: Iterable[Told]) -> Told | None:
    """Return the value that survives: by rank of its source, or by its length in bytes, then the
    latest; of equals the greater source name, then the smaller identifier."""
    return min(told, key=lambda one: _order(rule, one), default=None)


def _order(rule: FieldRule, one: Told) -> tuple[Any, ...]:
    late = (-one.micros, [-ord(letter) for letter in one.source] + [0], one.subject_key)
    return (_rank(rule, one), *late)


def _rank(rule: FieldRule, one: Told) -> int:
    if rule.by is FieldChoice.LONGEST:
        text = one.value.isoformat() if isinstance(one.value, date) else one.value
        return -len(text if isinstance(text, bytes) else str(text).encode())
    if rule.by is FieldChoice.LATEST:
        return 0
    if one.source == CORRECTION:
        return 0
    return rule.sources.index(one.source) + 1 if one.source in rule.sources else UNNAMED


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
