"""Bodies that calls about differing transfers take."""

from typing import Final

__all__ = ["GROUP_WRITING"]

GROUP_WRITING: Final = {
    "POST /api/v1/stock/transfers/{transfer_id}/decisions": '{"line": 1, "kind": '
    '"found_at_receiver", "quantity": 1}',
    "POST /api/v1/stock/transfers/{transfer_id}/decisions/{number}/ending": '{"ending": '
    '"settled", "amount": "1", "currency": "CNY"}',
    "POST /api/v1/stock/transfers/{transfer_id}/decisions/{number}/undoing": '{"state": "done"}',
}
