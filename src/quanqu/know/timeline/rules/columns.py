"""A round as columns: what reading decides row by row, ready to be joined, copied and appended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.timeline.contracts import EffectKind, Violation
from quanqu.know.timeline.rules.drafts import Draft, FactDraft, FailureDraft, LeftOut, ProfileDraft

ROUND_BITS: Final = 20
"""A settlement holds fewer than 2^20 events, so that event keys are its number and a position."""

_TIME: Final = pa.timestamp("us", tz="UTC")
_TYPES: Final = {
    "place_key": pa.int32(),
    "occurred_at": _TIME,
    "received_at": _TIME,
    "revenue_minor": pa.int64(),
    "quantity": pa.int64(),
    "simulated": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class SourceClaims:
    """The claims of one source; the record of each row is its place in `records`."""

    source: str
    records: tuple[int, ...]
    claims: pa.Table


@dataclass(frozen=True, slots=True)
class CountedViolation:
    """A violation with what it is counted under; `fact` is -1 for an event that was blocked."""

    fact: int
    fingerprint: bytes
    source_key: int
    event: str
    message_id: str
    violation: Violation


@dataclass(frozen=True, slots=True)
class ReadRound:
    """A round of bodies as read; nothing in it depends on what is stored.

    Shapes: `facts`, `fingerprints` (hex), `records` (null: nobody) and `given` (subject keys told
    by the house) are parallel, one row per distinct fingerprint; `signals` are the rows whose
    context tells of consent; `profiles` have a column `fact`.
    """

    facts: pa.Table
    fingerprints: pa.Array
    records: pa.Array
    given: pa.Array
    signals: pa.Array
    record_count: int
    duplicate_count: int
    claims: tuple[SourceClaims, ...]
    profiles: Mapping[str, pa.Table]
    failures: Sequence[FailureDraft]
    violations: Sequence[CountedViolation]
    left_out: Sequence[LeftOut]
    effects: Sequence[tuple[int, int, EffectKind]]


def in_columns(draft: Draft) -> ReadRound:
    """Return a draft as columns, keeping the first of events with the same fingerprint."""
    first: dict[bytes, int] = {}
    for at, name in enumerate(draft.fingerprints):
        first.setdefault(name, at)
    kept = list(first.values())
    row_of = {at: row for row, at in enumerate(kept)}
    records = [draft.records[at] for at in kept]
    return ReadRound(
        facts=_facts([draft.facts[at] for at in kept]),
        fingerprints=pa.array([name.hex() for name in first], pa.string()),
        records=pa.array([None if each < 0 else each for each in records], pa.int32()),
        given=pa.array([draft.given[at] for at in kept], pa.int64()),
        signals=pa.array([row_of[at] for at in draft.signals if at in row_of], pa.int32()),
        record_count=len(draft.identities),
        duplicate_count=len(draft.facts) - len(kept),
        claims=_claims(draft),
        profiles=_profiles(draft, row_of),
        failures=draft.failures,
        violations=_violations(draft, row_of),
        left_out=list({left.fingerprint: left for left in draft.left_out}.values()),
        effects=[(row_of[at], key, kind) for at, key, kind in draft.effects if at in row_of],
    )


def subjects_of(read: ReadRound, of_records: pa.Array) -> pa.Array:
    """Return the subject key of every fact, from the key of every identity record."""
    return pc.coalesce(read.given, of_records.take(read.records))


def fact_table(read: ReadRound, kept: pa.Array, *, subjects: pa.Array, number: int) -> pa.Table:
    """Return the kept facts of a round, by position, as rows of fact_event."""
    facts = read.facts
    if len(kept) < len(facts):  # positions are distinct: as many are all of them, in order
        facts, subjects = facts.take(kept), subjects.take(kept)
    first = number << ROUND_BITS
    keys = pa.array(range(first, first + len(kept)), pa.int64())
    facts = facts.append_column("event_key", keys)
    facts = facts.append_column("subject_key", subjects)
    facts = facts.append_column("day", facts["occurred_at"].cast(pa.date32()))
    return facts.append_column("part", _months(facts["day"].combine_chunks()))


def presence_table(read: ReadRound, kept: pa.Array, *, subjects: pa.Array) -> pa.Table:
    """Return the (subject_key, place_key) pairs of the kept facts.

    Whoever gave a subject key has told its presence.
    """
    told = pa.table({"subject_key": subjects, "place_key": read.facts["place_key"]})
    return told.take(kept).filter(read.given.take(kept).is_null())


def profile_tables(read: ReadRound, kept: pa.Array, *, subjects: pa.Array) -> dict[str, pa.Table]:
    """Return by source the profiles that kept identify calls tell, in the order they came."""
    found = {}
    for source, profiles in read.profiles.items():
        mine = profiles.filter(pc.is_in(profiles["fact"], value_set=kept))
        keys = subjects.take(mine["fact"].combine_chunks())
        found[source] = mine.drop_columns("fact").append_column("subject_key", keys)
    return found


def _months(days: pa.Array) -> pa.Array:
    """Return the month of each day as text, formatting each distinct day once."""
    coded = days.dictionary_encode()
    return pc.strftime(coded.dictionary, format="%Y%m").take(coded.indices)


def _facts(rows: Sequence[FactDraft]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(FactDraft._fields)
    return pa.table(
        {
            name: pa.array(values, _TYPES.get(name, pa.string()))
            for name, values in zip(FactDraft._fields, columns, strict=True)
        }
    )


def _claims(draft: Draft) -> tuple[SourceClaims, ...]:
    by_source: dict[str, tuple[list[int], list[tuple[int, str, str, datetime]]]] = {}
    for identity, (record, observed_at) in draft.identities.items():
        records, rows = by_source.setdefault(identity.source, ([], []))
        rows += [(len(records), kind, value, observed_at) for kind, value in identity.claims]
        records.append(record)
    return tuple(
        SourceClaims(source, tuple(records), _claim_table(rows))
        for source, (records, rows) in by_source.items()
    )


def _claim_table(rows: Sequence[tuple[int, str, str, datetime]]) -> pa.Table:
    record, kind, value, observed_at = zip(*rows, strict=True)
    return pa.table(
        {
            "record": pa.array(record, pa.int32()),
            "type": pa.array(kind, pa.string()),
            "value": pa.array(value, pa.string()),
            "observed_at": pa.array(observed_at, _TIME),
        }
    )


def _profiles(draft: Draft, row_of: Mapping[int, int]) -> dict[str, pa.Table]:
    by_source: dict[str, list[dict[str, Any]]] = {}
    for profile in draft.profiles:
        if profile.fact in row_of:
            fact = draft.facts[profile.fact]
            row = _profile(profile, row_of[profile.fact], fact.occurred_at)
            by_source.setdefault(fact.source, []).append(row)
    return {source: _profile_table(rows) for source, rows in by_source.items()}


def _profile(profile: ProfileDraft, row: int, observed_at: datetime) -> dict[str, Any]:
    told = {"fact": row, "observed_at": observed_at, "traits": profile.traits}
    return {**told, **profile.fields}


def _profile_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    types = {"fact": pa.int32(), "observed_at": _TIME}
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], types.get(name, pa.string()))
            for name in sorted({name for row in rows for name in row})
        }
    )


def _violations(draft: Draft, row_of: Mapping[int, int]) -> list[CountedViolation]:
    found = []
    for at, source_key, violations in draft.violations:
        if at in row_of:
            fact, name, row = draft.facts[at], draft.fingerprints[at], row_of[at]
            found += [
                CountedViolation(row, name, source_key, fact.event, fact.message_id, each)
                for each in violations
            ]
    for failure in {failure.fingerprint: failure for failure in draft.failures}.values():
        found += [
            CountedViolation(
                -1, failure.fingerprint, failure.source_key, failure.event, failure.message_id, each
            )
            for each in failure.violations
        ]
    return found
