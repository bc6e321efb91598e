"""Contracts of payments as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo, UnitInfo
from quanqu.sell.payments.contracts import AccountView, EntryView, PaymentView


def payment(row: PaymentView, places: Mapping[int, PlaceInfo]) -> dict[str, Any]:
    """Return a payment of the list."""
    amounts = {
        "amount": row.amount_minor,
        "authorised": row.authorised_minor,
        "captured": row.captured_minor,
        "voided": row.voided_minor,
        "refunded": row.refunded_minor,
        "capturable": row.capturable_minor,
        "refundable": row.refundable_minor,
    }
    step = row.next_step
    return {
        "id": encode("pay", row.id),
        "place": places[row.place_key].id,
        "reference": row.reference,
        "tender": row.tender,
        "wallet": row.wallet,
        "kind": row.kind,
        "capture": row.capture,
        "can_capture_again": row.can_capture_again,
        "state": row.state,
        **{name: money_out(Money(minor, row.currency)) for name, minor in amounts.items()},
        "provider_ref": row.provider_ref,
        "next_step": {"kind": step.kind, "value": step.value} if step else None,
        "reason": row.reason,
        "problem": row.problem,
        "created_at": format_time(row.created_at),
        "changed_at": format_time(row.changed_at),
    }


def entries(rows: Sequence[EntryView]) -> list[dict[str, Any]]:
    """Return a ledger."""
    return [
        {
            "kind": row.kind,
            "amount": money_out(Money(row.amount_minor, row.currency)),
            "at": format_time(row.at),
            "provider_id": row.provider_id,
            "reason": row.reason,
        }
        for row in rows
    ]


def account(row: AccountView, companies: Mapping[int, UnitInfo]) -> dict[str, Any]:
    """Return an account."""
    return {
        "id": encode("pac", row.id),
        "company": companies[row.company_key].id,
        "code": row.code,
        "provider": row.provider,
        "settings": row.settings,
        "secret_names": list(row.secret_names),
        "is_test": row.is_test,
        "is_enabled": row.is_enabled,
    }
