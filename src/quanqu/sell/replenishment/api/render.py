"""Contracts of replenishment as the API shows them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.replenishment.contracts import Accepted, Alert, PolicyView, Promise, Proposal, Run

__all__ = ["accepted", "alerts", "policies", "promises", "proposals", "runs"]


def policies(rows: Sequence[PolicyView]) -> list[dict[str, Any]]:
    """Return policies."""
    places = places_by_key(keys={row.draft.place_key for row in rows})
    labels = variant_labels(variant_keys={row.draft.variant_key for row in rows})
    return [
        {
            "place": places[row.draft.place_key].id,
            "sku": labels[row.draft.variant_key].sku,
            "name": labels[row.draft.variant_key].name,
            "method": row.draft.method,
            "minimum": row.draft.minimum,
            "maximum": row.draft.maximum,
            "service_rate": f"{row.draft.service_rate.normalize():f}",
            "review_days": row.draft.review_days,
            "cover_days": row.draft.cover_days,
            "supplier": row.draft.supplier_id or None,
            "is_transfer_first": row.draft.is_transfer_first,
            "most_cover_days": row.draft.most_cover_days,
            "set_at": format_time(row.set_at),
        }
        for row in rows
    ]


def runs(rows: Sequence[Run]) -> list[dict[str, Any]]:
    """Return the last looks at companies."""
    companies = companies_by_key(keys={row.company_key for row in rows})
    return [
        {
            "company": companies[row.company_key].id,
            "at": format_time(row.at),
            "policies": row.policies,
            "proposed": row.proposed,
            "unsourced": row.unsourced,
            "unforecast": row.unforecast,
        }
        for row in rows
    ]


def proposals(rows: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return proposals with their figures."""
    keys = {row.place_key for row in rows}
    places = places_by_key(keys=keys | {row.from_place_key for row in rows if row.from_place_key})
    labels = variant_labels(variant_keys={row.variant_key for row in rows})
    return [
        {
            "id": encode("rpl", row.id),
            "place": places[row.place_key].id,
            "sku": labels[row.variant_key].sku,
            "name": labels[row.variant_key].name,
            "state": row.state,
            "kind": row.kind,
            "supplier": row.supplier_id or None,
            "from_place": places[row.from_place_key].id if row.from_place_key else None,
            "quantity": row.quantity,
            "asked": row.asked,
            "units": row.units,
            "shortage": row.shortage,
            "amount": money_out(row.amount) if row.amount else None,
            "figures": _figures(row),
            "made_at": format_time(row.made_at),
            "updated_at": format_time(row.updated_at),
            "settled_at": format_time(row.settled_at) if row.settled_at else None,
            "reason": row.reason,
            "quiet_until": row.quiet_until.isoformat() if row.quiet_until else None,
            "document": row.document_id or None,
        }
        for row in rows
    ]


def alerts(rows: Sequence[Alert]) -> list[dict[str, Any]]:
    """Return alerts."""
    places = places_by_key(keys={row.place_key for row in rows})
    labels = variant_labels(variant_keys={row.variant_key for row in rows})
    return [
        {
            "id": encode("sal", row.id),
            "place": places[row.place_key].id,
            "sku": labels[row.variant_key].sku,
            "name": labels[row.variant_key].name,
            "kind": row.kind,
            "free": row.free,
            "daily": row.daily,
            "cover_days": row.cover_days,
            "limit_days": row.limit_days,
            "opened_at": format_time(row.opened_at),
            "closed_at": format_time(row.closed_at) if row.closed_at else None,
        }
        for row in rows
    ]


def promises(rows: Sequence[Promise]) -> list[dict[str, Any]]:
    """Return promises."""
    places = places_by_key(keys={row.place_key for row in rows})
    labels = variant_labels(variant_keys={row.variant_key for row in rows})
    return [
        {
            "hold": encode("hld", row.request_id),
            "line": row.line_no,
            "owner": row.owner,
            "place": places[row.place_key].id,
            "sku": labels[row.variant_key].sku,
            "name": labels[row.variant_key].name,
            "units": row.units,
            "promised_on": row.promised_on.isoformat() if row.promised_on else None,
            "first_on": row.first_on.isoformat() if row.first_on else None,
            "is_at_risk": row.is_at_risk,
        }
        for row in rows
    ]


def accepted(rows: Sequence[Accepted]) -> list[dict[str, Any]]:
    """Return what proposals became."""
    keys = {row.place_key for row in rows}
    places = places_by_key(keys=keys | {row.from_place_key for row in rows if row.from_place_key})
    return [
        {
            "document": row.document_id,
            "kind": row.kind,
            "place": places[row.place_key].id,
            "from_place": places[row.from_place_key].id if row.from_place_key else None,
            "supplier": row.supplier_id or None,
            "proposals": [encode("rpl", one) for one in row.proposal_ids],
        }
        for row in rows
    ]


def _figures(row: Proposal) -> dict[str, Any]:
    told = asdict(row.figures)
    currency = row.figures.currency
    cost = Money(row.figures.unit_cost_minor, currency) if currency else None
    return told | {"unit_cost": money_out(cost) if cost else None}
