"""What know.customers puts in the lake: no name, e-mail address, phone number or street."""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from quanqu.infra.db.facade import copy_out
from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register
from quanqu.kernel.ids import encode
from quanqu.know.customers.queries.ruleset import survival_in_force
from quanqu.know.customers.queries.scores import LATEST
from quanqu.know.customers.queries.whereabouts import read_sites
from quanqu.know.customers.rules.geography import locate, own_point
from quanqu.know.customers.rules.partitions import WIDTH, bounds
from quanqu.know.customers.rules.profiles import (
    DATES,
    latest_traits,
    postcode_area,
    scrub_traits,
)
from quanqu.know.org.facade import places_by_key

_TIME: Final = pa.timestamp("us", "UTC")
_BUCKET: Final = Column("bucket", pa.string(), "Partition: the key divided by 65 536.")

IDENTITY: Final = (
    Column("subject_key", pa.int64(), "The identifier that facts carry."),
    Column("customer_key", pa.int64(), "The customer it belongs to now."),
    Column("identifier_type", pa.string(), "Its type, such as member_id or anonymous_id."),
    _BUCKET,
)
CUSTOMER: Final = (
    Column("customer_key", pa.int64(), "The customer."),
    Column("customer_id", pa.string(), "Its outside id."),
    Column("first_seen_at", _TIME, "When any of its identifiers was first seen."),
    Column("country", pa.string(), "Country as last observed."),
    Column("region", pa.string(), "State or province as last observed."),
    Column("city", pa.string(), "City as last observed."),
    Column("postcode_area", pa.string(), "The coarse part of the postcode."),
    Column("latitude", pa.float64(), "Degrees north of where it is, to 3 decimals.", "degrees"),
    Column("longitude", pa.float64(), "Degrees east of where it is, to 3 decimals.", "degrees"),
    Column("located_by", pa.string(), "coordinates, place_postcode or catchment_postcode."),
    Column("catchments", pa.list_(pa.string()), "Ids of the places in whose catchment it is."),
    Column("nearest_store", pa.string(), "Id of the nearest store of the group."),
    Column("nearest_store_km", pa.float64(), "How far away that store is.", "km"),
    Column("language", pa.string(), "Language as last observed."),
    Column("gender", pa.string(), "female, male or other."),
    Column("birth_year", pa.int32(), "Year of birth.", "year"),
    Column("birth_day", pa.int32(), "Month × 100 + day of the birthday."),
    Column("member_since_on", pa.date32(), "Day of joining the membership."),
    Column("traits", pa.string(), "JSON object of what else is known and names nobody."),
    Column("tags", pa.list_(pa.string()), "Tags, in order of name."),
    Column("tag_values", pa.string(), "JSON object of the values of tags that have one, by tag."),
    Column("identifier_types", pa.list_(pa.string()), "Types of its identifiers, in order."),
    _BUCKET,
)
PRESENCE: Final = (
    Column("customer_key", pa.int64(), "The customer."),
    Column("place_key", pa.int32(), "A place it was seen at."),
    _BUCKET,
)
SCORE: Final = (
    Column("customer_key", pa.int64(), "The customer."),
    Column("score", pa.string(), "Name of the score."),
    Column("value", pa.float64(), "What it says: the latest of the customer's identifiers."),
    Column("version", pa.string(), "Version of the model that says it."),
    Column("scored_at", _TIME, "When it was said."),
    _BUCKET,
)

_ROWS: Final = pa.schema(
    [
        ("customer_key", pa.int64()),
        ("id", pa.string()),
        ("first_seen_at", _TIME),
        ("country", pa.string()),
        ("region", pa.string()),
        ("city", pa.string()),
        ("postcode", pa.string()),
        ("language", pa.string()),
        ("gender", pa.string()),
        ("birth_year", pa.int32()),
        ("birth_day", pa.int32()),
        ("member_since_on", pa.date32()),
        ("stored_traits", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("tag_values", pa.string()),
        ("identifier_types", pa.list_(pa.string())),
        ("bucket", pa.string()),
    ]
)
_TAG_VALUES: Final = (
    "(SELECT jsonb_object_agg(v.name, v.value) FROM (SELECT DISTINCT ON (t.key) t.name, "
    "coalesce(to_jsonb(g.value_number), to_jsonb(g.value_text)) AS value "
    "FROM customers_tagging g JOIN customers_tag t ON t.key = g.tag_key "
    "JOIN customers_identifier h ON h.key = g.subject_key WHERE h.customer_key = c.key "
    "AND (g.value_number IS NOT NULL OR g.value_text IS NOT NULL) "
    "ORDER BY t.key, g.added_at DESC, g.subject_key) v)"
)
_PLAIN: Final = ("country", "region", "city", "postcode", "language", "gender")
_CHOSEN: Final = (*_PLAIN, *DATES)


def read_identity(partitions: Sequence[str] | None) -> pa.Table:
    """Return the rows of dim_identity."""
    condition, params = _range("i.key", partitions)
    query = (
        f"SELECT i.key, i.customer_key, i.type, i.key / {WIDTH} "  # noqa: S608 - fragments of our own code
        f"FROM customers_identifier i WHERE {condition}"
    )
    return copy_out(query=query, params=params, schema=_schema(IDENTITY))


def read_presence(partitions: Sequence[str] | None) -> pa.Table:
    """Return the rows of dim_presence."""
    condition, params = _range("i.customer_key", partitions)
    query = (
        f"SELECT DISTINCT i.customer_key, p.place_key, i.customer_key / {WIDTH} "  # noqa: S608 - fragments of our own code
        "FROM customers_presence p JOIN customers_identifier i ON i.key = p.subject_key "
        f"WHERE {condition}"
    )
    return copy_out(query=query, params=params, schema=_schema(PRESENCE))


def read_customers(partitions: Sequence[str] | None) -> pa.Table:
    """Return the rows of dim_customer: live customers with surviving values."""
    condition, params = _range("c.key", partitions)
    chosen = survival_in_force()
    born = chosen.one("birth_on")
    query = (
        f"SELECT c.key, c.id, c.first_seen_at, {chosen.many(_PLAIN)}, "  # noqa: S608 - fragments of our own code
        f"extract(year FROM {born})::int, "
        f"to_char({born}, 'MMDD')::int, {chosen.one('member_since_on')}, "
        "jsonb_agg(p.traits) FILTER (WHERE p.traits <> '{}'), "
        "(SELECT to_json(array_agg(DISTINCT t.name ORDER BY t.name)) FROM customers_tagging g "
        "JOIN customers_tag t ON t.key = g.tag_key "
        "JOIN customers_identifier h ON h.key = g.subject_key WHERE h.customer_key = c.key), "
        f"{_TAG_VALUES}, "
        "to_json(array_agg(DISTINCT i.type ORDER BY i.type)), "
        f"c.key / {WIDTH} FROM customers_customer c "
        "JOIN customers_identifier i ON i.customer_key = c.key "
        f"LEFT JOIN customers_profile p ON p.subject_key = i.key {chosen.joins(_CHOSEN)} "
        f"WHERE c.merged_into_key IS NULL AND {condition} GROUP BY c.key"
    )
    rows = copy_out(query=query, params=params, schema=_ROWS)
    stored = [json.loads(text) if text else [] for text in rows["stored_traits"].to_pylist()]
    postcodes = rows["postcode"].to_pylist()
    made: dict[str, list[Any] | pa.Array] = {
        "customer_id": [encode("cus", UUID(text)) for text in rows["id"].to_pylist()],
        "postcode_area": [postcode_area(text) for text in postcodes],
        "traits": [_scrubbed(traits) for traits in stored],
        **_whereabouts(stored, postcodes, rows["country"].to_pylist()),
    }
    columns = [
        made[column.name] if column.name in made else rows[column.name] for column in CUSTOMER
    ]
    return pa.table(columns, schema=_schema(CUSTOMER))


def read_scores(partitions: Sequence[str] | None) -> pa.Table:
    """Return the rows of dim_score."""
    condition, params = _range("i.customer_key", partitions)
    query = (
        f"SELECT customer_key, name, value, version, at, customer_key / {WIDTH} "  # noqa: S608 - fragments of our own code
        f"FROM ({LATEST.format(condition=condition)}) latest"
    )
    return copy_out(query=query, params=params, schema=_schema(SCORE))


def _whereabouts(
    stored: list[Any], postcodes: list[str | None], countries: list[str | None]
) -> dict[str, list[Any] | pa.Array]:
    places = places_by_key()
    found = locate([own_point(one) for one in stored], postcodes, countries, read_sites(places))
    names = {key: place.id for key, place in places.items()}
    return {
        "latitude": pa.array(found.latitude, from_pandas=True),
        "longitude": pa.array(found.longitude, from_pandas=True),
        "located_by": found.located_by(),
        "catchments": found.catchments(names),
        "nearest_store": [names.get(key) for key in found.nearest_store.tolist()],
        "nearest_store_km": pa.array(found.nearest_km, from_pandas=True),
    }


def _scrubbed(stored: list[Any]) -> str | None:
    if not stored:
        return None
    latest = latest_traits(stored)
    kept = scrub_traits({key: found[0] for key, found in latest.items()})
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def _range(column: str, partitions: Sequence[str] | None) -> tuple[str, list[int]]:
    if partitions is None:
        return "true", []
    one = f"({column} >= %s AND {column} < %s)"
    params = [bound for name in partitions for bound in bounds(name)]
    return f"({' OR '.join([one] * len(partitions))})", params


def _schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, column.arrow_type) for column in columns])


register(Publication("dim_identity", "identifier", IDENTITY, "bucket", read_identity))
register(Publication("dim_customer", "customer", CUSTOMER, "bucket", read_customers))
register(Publication("dim_presence", "customer and place", PRESENCE, "bucket", read_presence))
register(Publication("dim_score", "customer and score", SCORE, "bucket", read_scores))
