"""What the calls take that change orders under way, their slots and their repetitions."""

from collections.abc import Mapping
from typing import Final

_SLOT: Final = (
    '{"weekday": 0, "starts": "16:00", "ends": "18:00", "capacity": 3, "cut_off_minutes": 5}'
)
ORDER_WRITING: Final[Mapping[str, str]] = {
    "POST /api/v1/live-orders": '{"place": "<place_id>", "tenders": [{"tender": "cash"}], '
    '"lines": [{"item": "<variant_id>", "quantity": 1, "unit_price": "1"}]}',
    "POST /api/v1/live-orders/{live_order_id}/picking": "{}",
    "POST /api/v1/live-orders/{live_order_id}/readiness": "{}",
    "POST /api/v1/live-orders/{live_order_id}/handover": "{}",
    "POST /api/v1/live-orders/{live_order_id}/shipment": "{}",
    "POST /api/v1/live-orders/{live_order_id}/delivery": "{}",
    "POST /api/v1/live-orders/{live_order_id}/completion": "{}",
    "POST /api/v1/live-orders/{live_order_id}/cancellation": "{}",
    "POST /api/v1/live-orders/{live_order_id}/parts/{part}/picking": "{}",
    "POST /api/v1/live-orders/{live_order_id}/parts/{part}/readiness": "{}",
    "POST /api/v1/live-orders/{live_order_id}/parts/{part}/shipment": "{}",
    "POST /api/v1/live-orders/{live_order_id}/parts/{part}/handover": "{}",
    "POST /api/v1/live-orders/{live_order_id}/parts/{part}/move": '{"lines": [1], "cause": "x"}',
    "POST /api/v1/live-orders/{live_order_id}/holds": '{"kind": "other"}',
    "POST /api/v1/live-orders/{live_order_id}/releases": '{"kind": "other"}',
    "POST /api/v1/live-orders/{live_order_id}/edits": '{"edition": 1, "gift": {"message": "x"}}',
    "POST /api/v1/live-orders/{live_order_id}/payments": '{"tenders": [{"tender": "cash"}]}',
    "POST /api/v1/live-orders/{live_order_id}/notes": '{"note": "taken"}',
    "POST /api/v1/live-orders/{live_order_id}/merges": '{"other": "<live_order_id>", '
    '"edition": 1, "other_edition": 1}',
    "POST /api/v1/subscriptions": '{"place": "<place_id>", "tender": "invoice", '
    '"first_on": "2099-01-01", "items": [{"item": "<variant_id>", "quantity": 1}]}',
    "POST /api/v1/subscriptions/{subscription_id}/changes": '{"on_short": "skip_item"}',
    "POST /api/v1/subscriptions/{subscription_id}/skips": '{"due_on": "2099-01-01"}',
    "POST /api/v1/subscriptions/{subscription_id}/pauses": '{"reason": "taken"}',
    "POST /api/v1/subscriptions/{subscription_id}/endings": '{"reason": "taken"}',
    "POST /api/v1/places/{place_id}/slots": _SLOT,
    "PUT /api/v1/places/{place_id}/slots/{slot_id}": _SLOT,
    "POST /api/v1/places/{place_id}/slot-closings": '{"day": "2026-12-01"}',
}
