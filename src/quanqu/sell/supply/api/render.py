"""Contracts of supply as the API shows them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.money import exponent
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo, UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.supply.contracts import (
    CatalogueImport,
    Charge,
    Discrepancy,
    HistoryEntry,
    ItemCost,
    LeadTime,
    PurchaseDetail,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Supplier,
    SupplierContact,
    SupplierReturn,
)

Labels = Mapping[int, VariantLabel]
Places = Mapping[int, PlaceInfo]


def supplier(row: Supplier, companies: Mapping[int, UnitInfo]) -> dict[str, Any]:
    """Return a supplier."""
    return {
        "id": row.id,
        "company": companies[row.company_key].id,
        "code": row.code,
        "name": row.name,
        "currency": row.currency,
        "lead_time_days": row.lead_time_days,
        "minimum_order": money_out(row.minimum),
        "contact": contact(row.contact),
        "is_active": row.is_active,
        "created_at": format_time(row.created_at),
        "updated_at": format_time(row.updated_at),
    }


def one_supplier(row: Supplier) -> dict[str, Any]:
    """Return a supplier by itself."""
    return supplier(row, companies_by_key(keys=[row.company_key]))


def contact(told: SupplierContact) -> dict[str, str]:
    """Return whom to talk to."""
    return {
        "name": told.name,
        "email": told.email,
        "phone": told.phone,
        "address": told.address,
    }


def costs(rows: Iterable[ItemCost]) -> list[dict[str, Any]]:
    """Return costs of items."""
    listed = list(rows)
    labels = variant_labels(variant_keys={row.variant_key for row in listed})
    return [
        {
            **_item(row.variant_key, labels),
            "supplier_code": row.supplier_code,
            "cost": money_out(row.cost),
            "pack_size": row.pack_size,
            "minimum_quantity": row.minimum_quantity,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "recorded_at": format_time(row.recorded_at),
            "is_current": row.is_current,
        }
        for row in listed
    ]


def catalogue(found: CatalogueImport) -> dict[str, Any]:
    """Return what became of a catalogue."""
    return {
        "rows": found.rows,
        "taken": found.taken,
        "unchanged": found.unchanged,
        "columns": list(found.head),
        "rejected": [
            {"row": one.row, "reason": one.reason, "cells": list(one.cells)}
            for one in found.rejected
        ],
    }


def lead_times(rows: Iterable[LeadTime]) -> list[dict[str, Any]]:
    """Return lead times."""
    listed = list(rows)
    keys = {row.variant_key for row in listed if row.variant_key is not None}
    labels = variant_labels(variant_keys=keys)
    return [
        {
            "supplier": row.supplier_id,
            "supplier_name": row.supplier_name,
            "sku": None if row.variant_key is None else _sku(row.variant_key, labels),
            "count": row.count,
            "mean_days": row.mean_days,
            "median_days": row.median_days,
            "p90_days": row.p90_days,
            "on_time_rate": row.on_time_rate,
            "fill_rate": row.fill_rate,
        }
        for row in listed
    ]


def purchase_order(row: PurchaseOrder, places: Places) -> dict[str, Any]:
    """Return a purchase order of the list."""
    return {
        "id": row.id,
        "number": row.number,
        "place": places[row.place_key].id,
        "supplier": row.supplier_id,
        "supplier_name": row.supplier_name,
        "state": row.state,
        "version": row.version,
        "total": money_out(row.total),
        "ordered": row.ordered,
        "received": row.received,
        "expected_on": row.expected_on.isoformat() if row.expected_on else None,
        "created_at": format_time(row.created_at),
        "sent_at": format_time(row.sent_at) if row.sent_at else None,
        "updated_at": format_time(row.updated_at),
    }


def purchase_detail(found: PurchaseDetail) -> dict[str, Any]:
    """Return a purchase order whole."""
    keys = {line.variant_key for line in found.lines}
    keys |= {line["variant_key"] for entry in found.history for line in entry.lines}
    labels = variant_labels(variant_keys=keys)
    return purchase_order(found.order, places_by_key(keys={found.order.place_key})) | {
        "note": found.note,
        "needs_second_person": found.needs_second_person,
        "lines": [_line(line, labels) for line in found.lines],
        "history": [_entry(entry, labels) for entry in found.history],
    }


def discrepancies(rows: Iterable[Discrepancy]) -> list[dict[str, Any]]:
    """Return how lines differ from what was ordered."""
    listed = list(rows)
    labels = variant_labels(variant_keys={row.variant_key for row in listed})
    places = places_by_key(keys={row.place_key for row in listed})
    return [
        {
            "purchase_order": row.order_id,
            "number": row.number,
            "supplier_name": row.supplier_name,
            "place": places[row.place_key].id,
            "line_no": row.line_no,
            "sku": _sku(row.variant_key, labels),
            "kind": row.kind,
            "units": row.units,
        }
        for row in listed
    ]


def receipts(rows: Iterable[Receipt]) -> list[dict[str, Any]]:
    """Return receipts, what they name read together."""
    listed = list(rows)
    places = places_by_key(keys={row.place_key for row in listed})
    labels = variant_labels(variant_keys={line.variant_key for row in listed for line in row.lines})
    return [_receipt(row, places, labels) for row in listed]


def returns(rows: Iterable[SupplierReturn]) -> list[dict[str, Any]]:
    """Return returns to suppliers, what they name read together."""
    listed = list(rows)
    places = places_by_key(keys={row.place_key for row in listed})
    labels = variant_labels(variant_keys={line.variant_key for row in listed for line in row.lines})
    return [
        {
            "id": row.id,
            "supplier": row.supplier_id,
            "supplier_name": row.supplier_name,
            "place": places[row.place_key].id,
            "reference": row.reference,
            "reason": row.reason,
            "taken_from": row.taken_from,
            "returned_at": format_time(row.returned_at),
            "expected": money_out(row.expected),
            "credited": money_out(row.credited),
            "lines": [
                {
                    "line_no": line.line_no,
                    "sku": _sku(line.variant_key, labels),
                    "quantity": line.quantity,
                    "unit_cost": money_out(line.unit_cost),
                }
                for line in row.lines
            ],
            "credits": [
                {
                    "amount": money_out(one.amount),
                    "reference": one.reference,
                    "recorded_at": format_time(one.recorded_at),
                }
                for one in row.credits
            ],
        }
        for row in listed
    ]


def _receipt(row: Receipt, places: Places, labels: Labels) -> dict[str, Any]:
    return {
        "id": row.id,
        "purchase_order": row.order_id,
        "number": row.order_number,
        "supplier_name": row.supplier_name,
        "place": places[row.place_key].id,
        "reference": row.reference,
        "received_at": format_time(row.received_at),
        "recorded_at": format_time(row.recorded_at),
        "note": row.note,
        "lines": [_receipt_line(line, labels) for line in row.lines],
        "charges": [_charge(charge) for charge in row.charges],
    }


def _receipt_line(line: ReceiptLine, labels: Labels) -> dict[str, Any]:
    digits = exponent(line.unit_cost.currency)
    landed: Decimal = line.unit_landed_minor.scaleb(-digits)
    return {
        "line_no": line.line_no,
        "sku": _sku(line.variant_key, labels),
        "good": line.good,
        "damaged": line.damaged,
        "unit_cost": money_out(line.unit_cost),
        "landed": money_out(line.landed),
        "unit_landed": f"{landed:.{digits + 2}f}",
    }


def _charge(charge: Charge) -> dict[str, Any]:
    return {
        "kind": charge.kind,
        "amount": money_out(charge.amount),
        "basis": charge.basis,
        "reference": charge.reference,
        "recorded_at": format_time(charge.recorded_at),
        "shares": [
            {"line_no": number, "amount": money_out(share)}
            for number, share in sorted(charge.shares.items())
        ],
    }


def _line(line: PurchaseLine, labels: Labels) -> dict[str, Any]:
    label = labels.get(line.variant_key)
    return {
        "line_no": line.line_no,
        **_item(line.variant_key, labels),
        "name": label.name if label else "",
        "supplier_code": line.supplier_code,
        "ordered": line.ordered,
        "most": line.most,
        "received": line.received,
        "damaged": line.damaged,
        "open": line.open,
        "unit_cost": money_out(line.unit_cost),
        "amount": money_out(line.amount),
        "expected_on": line.expected_on.isoformat() if line.expected_on else None,
    }


def _entry(entry: HistoryEntry, labels: Labels) -> dict[str, Any]:
    return {
        "at": format_time(entry.at),
        "actor": entry.actor_name,
        "act": entry.act,
        "state": entry.state,
        "version": entry.version,
        "reason": entry.reason,
        "lines_before": [
            {
                "line_no": line["line_no"],
                "sku": _sku(line["variant_key"], labels),
                "ordered": line["ordered"],
                "received": line["received"],
            }
            for line in entry.lines
        ],
    }


def _item(variant_key: int, labels: Labels) -> dict[str, Any]:
    label = labels.get(variant_key)
    return {
        "sku": label.sku if label else "",
        "product": label.product_id if label else None,
    }


def _sku(variant_key: int, labels: Labels) -> str:
    label = labels.get(variant_key)
    return label.sku if label else ""
