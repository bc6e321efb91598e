"""What know.org publishes to the lake: places."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import pyarrow as pa

from quanqu.infra.lake.contracts import WHOLE, Column, Publication
from quanqu.infra.lake.facade import mark_dirty, register
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.queries.units import places_by_key

_COLUMNS: Final = (
    Column("place_key", pa.int32(), "The place; facts carry it."),
    Column("place_id", pa.string(), "The place's outside id."),
    Column("code", pa.string(), "The place's code inside its company."),
    Column("name", pa.string(), "The place's name."),
    Column("place_type", pa.string(), "web_shop, store, warehouse, marketplace and so on."),
    Column("channel", pa.string(), "The channel code; empty for a warehouse."),
    Column("company_key", pa.int32(), "The company the place belongs to."),
    Column("company_code", pa.string(), "The company's code."),
    Column("company_name", pa.string(), "The company's name."),
    Column("brand_key", pa.int32(), "The brand of the company; null straight below the group."),
    Column("brand_name", pa.string(), "The brand's name; empty without a brand."),
    Column("country", pa.string(), "ISO 3166 alpha-2 code; empty when not known."),
    Column("region", pa.string(), "State or province; empty when not known."),
    Column("city", pa.string(), "City; empty when not known."),
    Column("postcode", pa.string(), "The place's own postcode; empty when not known."),
    Column("latitude", pa.float64(), "Degrees north; null when not known.", "degrees"),
    Column("longitude", pa.float64(), "Degrees east; null when not known.", "degrees"),
    Column("catchment_km", pa.float64(), "Radius of its catchment; null without one.", "km"),
    Column("catchment_postcodes", pa.list_(pa.string()), "Beginnings of postcodes it serves."),
    Column("time_zone", pa.string(), "IANA zone of the place's business dates."),
    Column("currency", pa.string(), "ISO 4217 code of the place's prices."),
    Column("simulated", pa.bool_(), "True for a place whose facts are simulated."),
)


def read_places(partitions: Sequence[str] | None = None) -> pa.Table:
    """Return every place as rows of dim_place; the table has no partitions."""
    del partitions
    rows = [_row(place) for place in places_by_key().values()]
    return pa.Table.from_pylist(rows, schema=PLACES.schema)


def mark_places_dirty() -> None:
    """Note in the writing transaction that places have changed."""
    mark_dirty(publication=PLACES.name, partitions=[WHOLE])


def _row(place: PlaceInfo) -> dict[str, object]:
    details = place.details
    return {
        "place_key": place.key,
        "place_id": place.id,
        "code": place.code,
        "name": place.name,
        "place_type": details.place_type.value,
        "channel": details.channel.value if details.channel else "",
        "company_key": place.company_key,
        "company_code": place.company_code,
        "company_name": place.company_name,
        "brand_key": place.brand_key,
        "brand_name": place.brand_name,
        "country": details.country,
        "region": details.region,
        "city": details.city,
        "postcode": details.postcode,
        "latitude": _number(details.latitude),
        "longitude": _number(details.longitude),
        "catchment_km": _number(details.catchment_km),
        "catchment_postcodes": list(details.catchment_postcodes),
        "time_zone": details.time_zone,
        "currency": details.currency,
        "simulated": details.is_simulated,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


PLACES: Final = Publication(
    name="dim_place", grain="one row per place", columns=_COLUMNS, read=read_places
)
register(PLACES)
