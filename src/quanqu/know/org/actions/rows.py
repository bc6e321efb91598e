"""Rows of the tree, their keys, and the lock that every change of the tree holds."""

from datetime import datetime

from django.db import connection

from quanqu.know.org.contracts import PlaceDraft, UnitKind
from quanqu.know.org.models import Place, Unit
from quanqu.know.org.rules import check_code, check_currency, check_name

_LOCK = 7_061_001


def new_unit(
    kind: UnitKind, parent: Unit | None, fields: tuple[str, str, str], key: int, now: datetime
) -> Unit:
    """Make the unsaved row of a unit below its parent, every field checked."""
    code, name, currency = fields
    return Unit(
        key=key,
        kind=kind.value,
        code=check_code(code),
        name=check_name(name),
        parent=parent,
        path=f"{parent.path if parent else ''}{key}.",
        currency=currency if kind is UnitKind.BRAND else check_currency(currency),
        created_at=now,
    )


def new_place(unit: Unit, draft: PlaceDraft) -> Place:
    """Make the unsaved row of a place's details, which are checked already."""
    details = draft.details
    return Place(
        unit=unit,
        place_type=details.place_type.value,
        channel=details.channel.value if details.channel else "",
        time_zone=details.time_zone,
        country=details.country,
        region=details.region,
        city=details.city,
        postcode=details.postcode,
        latitude=details.latitude,
        longitude=details.longitude,
        is_simulated=details.is_simulated,
        catchment_km=details.catchment_km,
        catchment_postcodes=list(details.catchment_postcodes),
    )


def next_keys(count: int) -> list[int]:
    """Take keys for units that are to be inserted: a path holds the key of its own row."""
    sequence = (
        "SELECT nextval(pg_get_serial_sequence('org_unit', 'key')) FROM generate_series(1, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sequence, [count])
        return [row[0] for row in cursor.fetchall()]


def lock_tree() -> None:
    """Wait for every other change of the tree to end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
