"""What the calls take by which goods are reserved, tried and bought."""

from collections.abc import Mapping
from typing import Final

__all__ = ["RESERVATION_WRITING"]

RESERVATION_WRITING: Final[Mapping[str, str]] = {
    "POST /api/v1/live-orders/{live_order_id}/extension": '{"until": "2199-01-01T00:00:00Z"}',
    "PUT /api/v1/places/{place_id}/reservation-rule": '{"hours": 24}',
    "POST /api/v1/fulfilment/reservations/{reservation_id}/purchase": '{"lines": [{"line": 1, '
    '"quantity": 1}], "tenders": [{"tender": "cash"}], "pickup_code": "1"}',
}
