"""Hands one chunk of canonical rows to the rooms that own them, in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.actions.places import Ground, places_for
from quanqu.doors.connectors.contracts import ORDER_TOTALS, REFUND_TOTALS, EntityKind
from quanqu.doors.connectors.rules.assemble import TRAITS
from quanqu.doors.connectors.rules.columns import flat
from quanqu.doors.connectors.rules.flatten import GROUP
from quanqu.doors.connectors.rules.identity import claims_of, events_of
from quanqu.doors.connectors.rules.orders import PlaceOf, Subjects, order_batch, places_named
from quanqu.doors.connectors.rules.totals import order_totals, refund_totals
from quanqu.know.customers.facade import record_presence, record_profiles, resolve_subjects
from quanqu.know.timeline.contracts import SourceDraft
from quanqu.know.timeline.facade import accept_events, ensure_source
from quanqu.sell.catalog.contracts import LISTING_SCHEMA, PRODUCT_SCHEMA, RowProblem
from quanqu.sell.catalog.facade import record_listings, record_products
from quanqu.sell.orders.contracts import OrderBatch, RecordOutcome
from quanqu.sell.orders.facade import record_orders

__all__ = ["Written", "write_chunk"]

_PROFILE: Final = (
    "name", "email", "phone", "street", "city", "region", "postcode", "country", "language",
    "gender", "birth_on", "company_name", "member_since_on", "observed_at",
)  # fmt: skip
_TIMES: Final = {
    EntityKind.ORDERS: "placed_at",
    EntityKind.REFUNDS: "refunded_at",
    EntityKind.CUSTOMERS: "observed_at",
}

Tables = Mapping[EntityKind, pa.Table]


@dataclass(slots=True)
class Written:
    """What a chunk became: counts by entity and outcome, and groups a room refused with why."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Chunk:
    tables: Tables
    ground: Ground
    places: Mapping[str | None, PlaceOf]
    source: str
    balance: bool
    now: datetime


def write_chunk(
    tables: Tables, *, ground: Ground, source: str, balance: bool, now: datetime
) -> Written:
    """Record products, customers, orders, refunds and events of a chunk; must run in a transaction.

    Recording the same chunk again changes nothing.
    """
    places = places_for(ground=ground, codes=places_named(tables), now=now)
    chunk = _Chunk(tables, ground, places, source, balance, now)
    written = Written()
    _write_products(chunk, written)
    subjects = _resolve(chunk)
    _write_customers(chunk, subjects[EntityKind.CUSTOMERS], written)
    _write_orders(chunk, subjects, written)
    _write_events(chunk, written)
    return written


def _write_products(chunk: _Chunk, written: Written) -> None:
    table = chunk.tables.get(EntityKind.PRODUCTS)
    if table is None or not table.num_rows:
        return
    found = {name: table[name] for name in PRODUCT_SCHEMA.names if name in table.column_names}
    found["image_urls"] = _urls(table["image_urls"])
    if TRAITS in table.column_names:
        found["attributes"] = table[TRAITS]
    mapping = record_products(
        products=pa.table(found),
        company_key=chunk.ground.company_key,
        source=chunk.source,
        now=chunk.now,
    )
    problems = mapping["problem"].to_pylist()
    groups = table[GROUP].to_pylist()
    for group, problem in zip(groups, problems, strict=True):
        if problem is not None:
            written.refused.setdefault(group, (f"catalog.{problem}", ""))
    written.counts["products", "recorded"] += sum(problem is None for problem in problems)
    _write_listings(chunk, mapping, written)


def _write_listings(chunk: _Chunk, mapping: pa.Table, written: Written) -> None:
    table = chunk.tables.get(EntityKind.LISTINGS)
    if table is None or not table.num_rows:
        return
    known = pa.table({"key": _pair(mapping), "variant_key": mapping["variant_key"]})
    known = known.filter(pc.is_valid(known["variant_key"]))
    at = pc.index_in(_pair(table), value_set=known["key"].combine_chunks())
    keys = [place.key for place in (chunk.places[code] for code in table["place"].to_pylist())]
    found = {name: table[name] for name in LISTING_SCHEMA.names if name in table.column_names}
    found["variant_key"] = known["variant_key"].take(at)
    found["place_key"] = pa.array(keys, pa.int32())
    found["currency"] = pc.fill_null(table["currency"], chunk.ground.place.currency)
    found["status"] = pc.fill_null(table["status"], "active")
    rows = pa.table(found).filter(pc.is_valid(found["variant_key"]))
    outcome = record_listings(listings=rows, now=chunk.now)
    for name in ("created", "updated", "unchanged"):
        written.counts["listings", name] += getattr(outcome, name)
    refused = [why for _, why in outcome.problems if why is not RowProblem.DUPLICATE_IN_BATCH]
    if refused:
        written.counts["listings", "refused"] += len(refused)


def _pair(table: pa.Table) -> pa.Array:
    product, variant = flat(table["external_product"]), flat(table["external_variant"])
    return pc.binary_join_element_wise(product, pc.fill_null(variant, ""), "\x1f")


def _urls(column: pa.ChunkedArray) -> pa.Array:
    """Read image addresses: a JSON list or one bare address; none is null."""
    kind = pa.list_(pa.string())
    if column.null_count == len(column):
        return pa.nulls(len(column), kind)
    return pa.array([_url_list(text) for text in column.to_pylist()], kind)


def _url_list(text: str | None) -> list[str] | None:
    if text is None or text == "[]":
        return None
    return msgspec.json.decode(text) if text.startswith("[") else [text]


def _resolve(chunk: _Chunk) -> dict[EntityKind, pa.Array]:
    """Return the subject of every order, refund and customer row, all resolved in one call."""
    kinds = [kind for kind in _TIMES if kind in chunk.tables]
    filled = [(_timed(chunk, kind), _TIMES[kind]) for kind in kinds]
    claims, starts = claims_of(filled, namespace=chunk.ground.place.company_code)
    subjects = pa.nulls(starts[-1], pa.int64())
    if claims.num_rows:
        subjects = resolve_subjects(
            claims=claims, source=chunk.source, now=chunk.now, records=starts[-1]
        )
    found = {kind: pa.nulls(0, pa.int64()) for kind in _TIMES}
    for at, kind in enumerate(kinds):
        found[kind] = subjects.slice(starts[at], starts[at + 1] - starts[at])
    return found


def _timed(chunk: _Chunk, kind: EntityKind) -> pa.Table:
    """Return the rows of an entity with a time each: what tells none was seen now."""
    table, name = chunk.tables[kind], _TIMES[kind]
    at = table.column_names.index(name)
    now = pa.scalar(chunk.now, table[name].type)
    return table.set_column(at, name, pc.fill_null(table[name], now))


def _write_customers(chunk: _Chunk, subjects: pa.Array, written: Written) -> None:
    table = chunk.tables.get(EntityKind.CUSTOMERS)
    if table is None or not table.num_rows:
        return
    found: dict[str, Any] = {name: table[name] for name in _PROFILE}
    found["subject_key"] = subjects
    if TRAITS in table.column_names:
        found["traits"] = table[TRAITS]
    rows = pa.table(found).filter(pc.is_valid(subjects))
    keys = [chunk.places[code].key for code in table["place"].to_pylist()]
    pairs = {"subject_key": subjects, "place_key": pa.array(keys, pa.int32())}
    record_profiles(profiles=rows, source=chunk.source, now=chunk.now)
    record_presence(pairs=pa.table(pairs))
    known = int(pc.sum(pc.is_valid(subjects)).as_py() or 0)
    written.counts["customers", "recorded"] += known
    written.counts["customers", "nobody"] += table.num_rows - known


def _write_orders(chunk: _Chunk, subjects: dict[EntityKind, pa.Array], written: Written) -> None:
    kinds = (EntityKind.ORDERS, EntityKind.REFUNDS)
    if not any(kind in chunk.tables and chunk.tables[kind].num_rows for kind in kinds):
        return
    batch = order_batch(
        chunk.tables,
        places=chunk.places,
        currency=chunk.ground.place.currency,
        subjects=Subjects(subjects[EntityKind.ORDERS], subjects[EntityKind.REFUNDS]),
        balance=chunk.balance,
    )
    outcome = record_orders(batch=batch, source=chunk.source, now=chunk.now)
    _sum_up(batch, outcome, written)
    _count_orders(outcome, batch.lines.num_rows, batch.payments.num_rows, written)
    groups = {
        "order": chunk.tables.get(EntityKind.ORDERS),
        "refund": chunk.tables.get(EntityKind.REFUNDS),
    }
    for refused in outcome.rejected:
        table = groups[refused.entity]
        if table is not None:
            group = table[GROUP][refused.row].as_py()
            written.refused[group] = (f"orders.{refused.code}", refused.detail)


def _sum_up(batch: OrderBatch, outcome: RecordOutcome, written: Written) -> None:
    """Add up what the recorded orders and refunds come to, by currency, in minor units."""
    refused = {(row.entity, row.row) for row in outcome.rejected}
    told = (
        ("order", ORDER_TOTALS, batch.orders["currency"], order_totals(batch)),
        ("refund", REFUND_TOTALS, batch.refunds["currency"], refund_totals(batch)),
    )
    for entity, name, currencies, totals in told:
        for at, (currency, total) in enumerate(zip(currencies.to_pylist(), totals, strict=True)):
            if (entity, at) not in refused:
                written.counts[name, currency] += int(total)


def _count_orders(outcome: RecordOutcome, lines: int, payments: int, written: Written) -> None:
    for entity, prefix in (("orders", ""), ("refunds", "refunds_")):
        for name in ("created", "updated", "unchanged"):
            written.counts[entity, name] += getattr(outcome, prefix + name)
        refused = sum(row.entity == entity.removesuffix("s") for row in outcome.rejected)
        written.counts[entity, "refused"] += refused
    written.counts["lines", "recorded"] += lines
    written.counts["payments", "recorded"] += payments


def _write_events(chunk: _Chunk, written: Written) -> None:
    table = chunk.tables.get(EntityKind.EVENTS)
    if table is None or not table.num_rows:
        return
    place = chunk.ground.place
    code = f"{chunk.source}-{place.code}".replace("_", "-").lower()[:64]
    draft = SourceDraft(name=f"{place.name}: imports", code=code, place_key=place.key)
    source = ensure_source(draft=draft, now=chunk.now)
    accepted = accept_events(source_code=source.code, events=events_of(table), now=chunk.now)
    written.counts["events", "accepted"] += accepted.accepted
    for refused in accepted.rejected:
        group = int(np.asarray(table[GROUP])[refused.index])
        written.refused.setdefault(group, ("timeline.refused", str(refused.reason)))
