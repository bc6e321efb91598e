"""The work of places and parcels as the API shows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.fulfilment.contracts import (
    Board,
    BoardCard,
    FulfilmentFigures,
    ParcelDetail,
    ParcelView,
    PartDetail,
    PickListView,
    PickupView,
)


def board(found: Board) -> dict[str, Any]:
    """Return a board."""
    columns = {
        "to_pick": found.to_pick,
        "picking": found.picking,
        "ready": found.ready,
        "gone": found.gone,
    }
    return {
        name: {
            "cards": [card(one) for one in column.cards],
            "late": column.late,
            "has_more": column.has_more,
        }
        for name, column in columns.items()
    }


def card(row: BoardCard) -> dict[str, Any]:
    """Return a part as work."""
    return {
        "order": encode("ord", row.order_id),
        "part": row.part_no,
        "number": row.number,
        "delivery": row.delivery,
        "state": row.state,
        "promised_at": format_time(row.promised_at),
        "slot_ends_at": format_time(row.slot_ends_at) if row.slot_ends_at else None,
        "is_late": row.is_late,
        "is_held_up": row.is_held_up,
        "ships_from": row.ships_from,
        "units": row.units,
        "shelf": row.shelf,
        "done_at": _time(row.done_at),
    }


def pick_list(row: PickListView, places: Mapping[int, PlaceInfo]) -> dict[str, Any]:
    """Return a pick list."""
    return {
        "id": encode("pkl", row.id),
        "place": places[row.place_key].id,
        "zone": row.zone,
        "state": row.state,
        "picker_name": row.picker_name,
        "made_at": format_time(row.made_at),
        "claimed_at": _time(row.claimed_at),
        "done_at": _time(row.done_at),
        "lines": [
            {
                "line": one.key,
                "order": encode("ord", one.order_id),
                "part": one.part_no,
                "order_line": one.line_no,
                "number": one.number,
                "sku": one.sku,
                "name": one.name,
                "zone": one.zone,
                "bin": one.bin,
                "quantity": one.quantity,
                "picked": one.picked,
                "state": one.state,
                "lots": [
                    {"code": lot.code, "best_before": lot.best_before, "quantity": lot.quantity}
                    for lot in one.lots
                ],
            }
            for one in row.lines
        ],
    }


def parcels(rows: Iterable[ParcelView]) -> list[dict[str, Any]]:
    """Return parcels, their places read together."""
    found = list(rows)
    places = places_by_key(keys={row.place_key for row in found})
    return [parcel(row, places) for row in found]


def parcel(row: ParcelView, places: Mapping[int, PlaceInfo]) -> dict[str, Any]:
    """Return a parcel."""
    cost = None if row.cost_minor is None else money_out(Money(row.cost_minor, row.currency))
    return {
        "id": encode("pcl", row.id),
        "order": encode("ord", row.order_id),
        "part": row.part_no,
        "order_number": row.order_number,
        "number": row.number,
        "place": places[row.place_key].id,
        "state": row.state,
        "weight_g": row.measures.weight_g,
        "length_mm": row.measures.length_mm,
        "width_mm": row.measures.width_mm,
        "height_mm": row.measures.height_mm,
        "carrier": encode("cac", row.carrier_id) if row.carrier_id else None,
        "carrier_name": row.carrier_name,
        "service": row.service,
        "cost": cost,
        "tracking_number": row.tracking_no,
        "has_label": row.has_label,
        "packed_at": format_time(row.packed_at),
        "left_at": _time(row.left_at),
        "expected_on": row.expected_on.isoformat() if row.expected_on else None,
        "delivered_at": _time(row.delivered_at),
    }


def parcel_detail(found: ParcelDetail) -> dict[str, Any]:
    """Return a parcel with what is in it and the way it went."""
    return parcels([found.parcel])[0] | {
        "lines": [
            {"line": one.line_no, "sku": one.sku, "name": one.name, "quantity": one.quantity}
            for one in found.lines
        ],
        "events": [
            {
                "at": format_time(one.at),
                "state": one.state,
                "told_by": one.told_by,
                "location": one.location,
                "detail": one.detail,
            }
            for one in found.events
        ],
        "signed_by": found.signed_by,
        "proof_photo": found.proof_photo,
    }


def part(found: PartDetail) -> dict[str, Any]:
    """Return a part with what is left to pack."""
    lines = {line.line_no: line for line in found.card.lines}
    return card(found.card) | {
        "place": places_by_key(keys=[found.place_key])[found.place_key].id,
        "left": [
            {
                "line": line_no,
                "sku": lines[line_no].sku if line_no in lines else "",
                "name": lines[line_no].name if line_no in lines else "",
                "quantity": units,
            }
            for line_no, units in sorted(found.left.items())
        ],
        "unpicked": sorted(found.unpicked),
        "parcels": parcels(found.parcels),
    }


def pickup(row: PickupView) -> dict[str, Any]:
    """Return goods that wait."""
    return {
        "order": encode("ord", row.order_id),
        "part": row.part_no,
        "number": row.number,
        "name": row.name,
        "shelf": row.shelf,
        "units": row.units,
        "ready_at": format_time(row.ready_at),
        "release_at": format_time(row.release_at),
    }


def figures(row: FulfilmentFigures) -> dict[str, Any]:
    """Return how well places fulfil."""
    return {
        "picked": row.picked,
        "median_pick_s": row.median_pick_s,
        "promised": row.promised,
        "kept": row.kept,
        "readied": row.readied,
        "no_shows": row.no_shows,
        "carriers": [
            {"name": one.name, "delivered": one.delivered, "late": one.late} for one in row.carriers
        ],
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)
