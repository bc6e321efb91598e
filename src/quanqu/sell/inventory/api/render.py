"""Contracts of stock as the API shows them."""

from collections.abc import Mapping
from typing import Any

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory.api.naming import hold_name
from quanqu.sell.inventory.contracts import (
    HoldView,
    LedgerRow,
    LedgerSum,
    Level,
    TransferLine,
    TransferView,
)

Places = Mapping[int, PlaceInfo]
Labels = Mapping[int, VariantLabel]


def level(row: Level, places: Places, labels: Labels) -> dict[str, Any]:
    """Return the balances of an item at a place."""
    label = labels[row.variant_key]
    return {
        "place": places[row.place_key].id,
        "item": label.variant_id,
        "sku": label.sku,
        "name": label.name,
        "on_hand": row.on_hand,
        "held": row.held,
        "allocated": row.allocated,
        "safety": row.safety,
        "safety_target": row.safety_target,
        "backorder_limit": row.backorder_limit,
        "fenced": row.fenced,
        "available": row.available,
        "damaged": row.damaged,
        "quality_hold": row.quality_hold,
        "in_transit": row.in_transit,
        "incoming": row.incoming,
    }


def ledger_row(row: LedgerRow) -> dict[str, Any]:
    """Return a movement with the balance after it."""
    return {
        "key": row.key,
        "kind": row.kind,
        "state": row.state,
        "quantity": row.quantity,
        "balance": row.balance,
        "at": format_time(row.at),
        "recorded_at": format_time(row.recorded_at),
        "source": row.source,
        "actor": row.actor,
        "reason": row.reason,
        "ref": row.ref,
    }


def ledger_sum(row: LedgerSum) -> dict[str, Any]:
    """Return what the movements of a kind come to."""
    return {
        "state": row.state,
        "kind": row.kind,
        "count": row.count,
        "quantity": row.quantity,
    }


def hold(found: HoldView) -> dict[str, Any]:
    """Return a hold as it stands."""
    everything = (*found.lines, *found.kits)
    places = places_by_key(keys={line.place_key for line in everything})
    labels = variant_labels(variant_keys={line.variant_key for line in everything})
    return {
        "id": hold_name(found.request_id),
        "owner": found.owner,
        "channel": found.channel or None,
        "state": found.state,
        "lines": [
            {
                "place": places[line.place_key].id,
                "item": labels[line.variant_key].variant_id,
                "quantity": line.quantity,
            }
            for line in found.lines
        ],
        "kits": [
            {
                "place": places[line.place_key].id,
                "item": labels[line.variant_key].variant_id,
                "quantity": line.quantity,
            }
            for line in found.kits
        ],
        "held_at": format_time(found.held_at),
        "expires_at": format_time(found.expires_at) if found.expires_at else None,
        "settled_at": format_time(found.settled_at) if found.settled_at else None,
        "ships_from": found.ships_from.isoformat() if found.ships_from else None,
    }


def transfer(found: TransferView, places: Places, labels: Labels) -> dict[str, Any]:
    """Return a transfer with its lines."""
    return {
        "id": encode("trf", found.id),
        "origin": places[found.from_place_key].id,
        "target": places[found.to_place_key].id,
        "state": found.state,
        "note": found.note,
        "created_by": found.created_by,
        "created_at": format_time(found.created_at),
        "sent_at": format_time(found.sent_at) if found.sent_at else None,
        "settled_at": format_time(found.settled_at) if found.settled_at else None,
        "lines": [_transfer_line(line, labels[line.variant_key]) for line in found.lines],
    }


def _transfer_line(line: TransferLine, label: VariantLabel) -> dict[str, Any]:
    return {
        "line": line.line_no,
        "item": label.variant_id,
        "sku": label.sku,
        "name": label.name,
        "quantity": line.quantity,
        "received": line.received,
        "damaged": line.damaged,
        "lost": line.lost,
        "surplus": line.surplus,
        "returned": line.returned,
        "remaining": line.remaining,
    }
