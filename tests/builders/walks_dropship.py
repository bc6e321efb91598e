"""Bodies that calls of drop-shipping take."""

from typing import Final

__all__ = ["DROPSHIP_WRITING"]

DROPSHIP_WRITING: Final = {
    "PUT /api/v1/dropship/places/{place_id}/terms": '{"supplier": "<supplier_id>"}',
    "PUT /api/v1/dropship/places/{place_id}/offers": '{"offers": [{"sku": "mug", "cost": "1"}]}',
    "POST /api/v1/dropship/places/{place_id}/stock": '{"stated_at": "2026-01-01T00:00:00Z", '
    '"items": [{"sku": "mug", "units": 1}]}',
    "POST /api/v1/dropship/places/{place_id}/payments": '{"amount": "1"}',
    "POST /api/v1/dropship/orders/{dropship_id}/answer": '{"note": "taken"}',
    "POST /api/v1/dropship/orders/{dropship_id}/parcels": '{"carrier": "Taken", '
    '"tracking_number": "T1"}',
    "POST /api/v1/dropship/orders/{dropship_id}/parcels/{parcel_id}/events": '{"state": '
    '"delivered"}',
    "POST /api/v1/dropship/orders/{dropship_id}/withdrawal": '{"reason": "taken"}',
}
