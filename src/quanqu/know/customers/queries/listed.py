"""Whom a list of outside identifiers stands for: by set, within what the actor may see."""

from typing import Final
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.crypto.facade import hash_many
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.kernel.text import normal_text
from quanqu.know.customers.contracts import (
    CUSTOMER_ID,
    KINDS,
    IdentifierType,
    MatchReason,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.rules.columns import normalise_many
from quanqu.know.customers.rules.identifiers import NOBODY
from quanqu.know.org.facade import places_by_key

_WANTED: Final = "customers_listed"
_SCHEMA: Final = pa.schema(
    [("subject_key", pa.int64()), ("customer_key", pa.int64()), ("reason", pa.string())]
)
_HASHED: Final = pa.schema([("at", pa.int64()), ("hash", pa.binary()), ("is_part", pa.bool_())])
_UUIDS: Final = pa.schema([("at", pa.int64()), ("id", pa.string())])
_SEEN: Final = (
    "EXISTS (SELECT FROM customers_presence p JOIN customers_identifier s ON s.key = p.subject_key "
    "WHERE s.customer_key = {owner} AND p.place_key = ANY(%(places_{at})s))"
)


def match_identifiers(
    *, actor: Actor, type_: str, values: pa.Array, within: Scope | None = None
) -> pa.Table:
    """Return for each value, in its place, the identifier it names and the customer behind that:
    subject_key, customer_key (null: none) and the reason why not (a MatchReason, empty: found).

    `type_` is a type of identifier or `customer_id`.  Only customers in the scope of
    customers.view, and in `within`, are found: others are unknown.  A phone number is also read as
    it is dialled in the countries of the group's places, a value of a type with a namespace also
    without it.  A value that is null or empty is `empty`.  Nothing is stored.
    Raises: NotAllowedError, UnknownIdentifierTypeError.
    """
    actor.require("customers.view")
    if type_ != CUSTOMER_ID and type_ not in KINDS:
        raise UnknownIdentifierTypeError(type=type_)
    scopes = [actor.scope("customers.view"), *([within] if within else [])]
    texts = pa.array([normal_text(text or "") for text in values.to_pylist()], pa.string())
    with transaction.atomic():
        if type_ == CUSTOMER_ID:
            found, is_valid = _by_id(texts, scopes)
        else:
            found, is_valid = _by_hash(type_, texts, scopes)
    return _answers(texts, is_valid, found)


def _answers(
    texts: pa.Array, is_valid: list[bool], found: dict[int, tuple[int, int, int, bool]]
) -> pa.Table:
    rows: list[tuple[int | None, int | None, str]] = []
    for at, text in enumerate(texts.to_pylist()):
        if not text:
            rows.append((None, None, MatchReason.EMPTY))
        elif not is_valid[at]:
            rows.append((None, None, MatchReason.INVALID))
        elif at not in found:
            rows.append((None, None, MatchReason.UNKNOWN))
        else:
            subject, customer, owners, is_barred = found[at]
            if is_barred:
                rows.append((None, None, MatchReason.SHARED))
            elif owners > 1:
                rows.append((None, None, MatchReason.AMBIGUOUS))
            else:
                rows.append((subject, customer, ""))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return pa.table(columns, names=_SCHEMA.names).cast(_SCHEMA)


def _by_hash(
    type_: str, texts: pa.Array, scopes: list[Scope]
) -> tuple[dict[int, tuple[int, int, int, bool]], list[bool]]:
    wanted = pa.concat_tables([_whole(type_, texts), _parts(type_, texts)]).combine_chunks()
    valid = set(wanted["at"].to_pylist())
    temp_table(name=_WANTED, columns={"at": "bigint", "hash": "bytea", "is_part": "boolean"})
    copy_in(table=_WANTED, columns=_HASHED.names, data=wanted)
    where, params = _visible(scopes, "i.customer_key")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_WANTED}")
        cursor.execute(
            "SELECT w.at, min(i.key), min(i.customer_key), count(DISTINCT i.customer_key), "  # noqa: S608 - fragments of our own code
            f"bool_or(i.barred IS NOT NULL) FROM {_WANTED} w CROSS JOIN LATERAL ("
            "SELECT key, customer_key, barred FROM customers_identifier o "
            "WHERE NOT w.is_part AND o.value_hash = w.hash AND o.type = %(type)s UNION ALL "
            "SELECT key, customer_key, barred FROM customers_identifier o "
            "WHERE w.is_part AND o.part_hash = w.hash AND o.type = %(type)s) i "
            f"WHERE {where} GROUP BY w.at",
            {"type": type_, **params},
        )
        return {at: tuple(rest) for at, *rest in cursor.fetchall()}, [
            at in valid for at in range(len(texts))
        ]


def _whole(type_: str, texts: pa.Array) -> pa.Table:
    """Return the hashes of the normal forms, a phone number's as dialled in each country too."""
    tables = [_hashed(normalise_many(type_, texts), f"identifier:{type_}", is_part=False)]
    if type_ == IdentifierType.PHONE:
        countries = sorted({place.details.country for place in places_by_key().values()} - {""})
        for country in countries:
            dialled = pc.binary_join_element_wise(country, texts, ":")
            normal = normalise_many(type_, dialled)
            tables.append(_hashed(normal, f"identifier:{type_}", is_part=False))
    return pa.concat_tables(tables)


def _parts(type_: str, texts: pa.Array) -> pa.Table:
    """Return the hashes of values that are given without their namespace."""
    if not (KINDS[type_].is_namespaced and KINDS[type_].is_strong):
        return _HASHED.empty_table()
    bare = [text if text and not NOBODY.fullmatch(text) else None for text in texts.to_pylist()]
    return _hashed(pa.array(bare, pa.string()), "identifier-part", is_part=True)


def _hashed(values: pa.Array, purpose: str, *, is_part: bool) -> pa.Table:
    places = [at for at, value in enumerate(values.to_pylist()) if value]
    told = values.take(pa.array(places, pa.int64())).to_pylist()
    hashes = hash_many(told, purpose=purpose) if told else []
    flags = [is_part] * len(places)
    return pa.table([places, list(hashes), flags], names=_HASHED.names).cast(_HASHED)


def _by_id(
    texts: pa.Array, scopes: list[Scope]
) -> tuple[dict[int, tuple[int, int, int, bool]], list[bool]]:
    ids = [_read_id(text) for text in texts.to_pylist()]
    told = [(at, str(one)) for at, one in enumerate(ids) if one is not None]
    columns = [list(column) for column in zip(*told, strict=True)] or [[], []]
    temp_table(name=_WANTED, columns={"at": "bigint", "id": "text"})
    copy_in(
        table=_WANTED,
        columns=_UUIDS.names,
        data=pa.table(columns, names=_UUIDS.names).cast(_UUIDS),
    )
    where, params = _visible(scopes, "coalesce(c.merged_into_key, c.key)")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_WANTED}")
        cursor.execute(
            "SELECT w.at, c.key, coalesce(c.merged_into_key, c.key), 1, false "  # noqa: S608 - fragments of our own code
            f"FROM {_WANTED} w JOIN customers_customer c ON c.id = w.id::uuid WHERE {where}",
            params,
        )
        return {at: tuple(rest) for at, *rest in cursor.fetchall()}, [
            one is not None for one in ids
        ]


def _read_id(text: str) -> UUID | None:
    try:
        return decode("cus", text)
    except MalformedIdError:
        return None


def _visible(scopes: list[Scope], owner: str) -> tuple[str, dict[str, list[int]]]:
    """Return a condition on the key of the owner, with its parameters."""
    narrow = [sorted(scope.places) for scope in scopes if not scope.everything]
    told = [_SEEN.format(owner=owner, at=at) for at in range(len(narrow))]
    params = {f"places_{at}": places for at, places in enumerate(narrow)}
    return " AND ".join(told) or "true", params
