"""Contracts of settlement as the API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import (
    Difference,
    DifferenceDetail,
    LineView,
    SettledDay,
    StatementView,
    TermsView,
)

__all__ = [
    "Names",
    "detail",
    "difference",
    "line",
    "names_for",
    "settled_day",
    "statement",
    "terms",
]


@dataclass(frozen=True, slots=True)
class Names:
    """Outside ids of companies and accounts by key."""

    companies: Mapping[int, UnitInfo]
    accounts: Mapping[int, UUID]

    def company(self, key: int) -> str:
        """Return a company's id."""
        return self.companies[key].id

    def account(self, key: int) -> str | None:
        """Return an account's id; none: a bank."""
        found = self.accounts.get(key)
        return encode("pac", found) if found else None


def names_for(actor: Actor) -> Names:
    """Return the names of what an actor sees."""
    accounts = {one.account_key: one.account_id for one in facade.list_terms(actor=actor)}
    return Names(companies_by_key(), accounts)


def statement(row: StatementView, names: Names) -> dict[str, Any]:
    """Return a statement."""
    return {
        "id": encode("stm", row.id),
        "company": names.company(row.company_key),
        "account": names.account(row.account_key),
        "form": row.form,
        "file_name": row.file_name,
        "lines": row.lines,
        "known": row.known,
        "rejected": row.rejected,
        "skipped": row.skipped,
        "problem": row.problem,
        "first_on": row.first_on.isoformat() if row.first_on else None,
        "last_on": row.last_on.isoformat() if row.last_on else None,
        "imported_at": format_time(row.imported_at),
        "is_repeat": row.is_repeat,
    }


def line(row: LineView) -> dict[str, Any]:
    """Return a line."""
    return {
        "statement": encode("stm", row.statement_id),
        "row": row.row,
        "book": row.book,
        "kind": row.kind,
        "ref": row.ref,
        "at": format_time(row.at),
        "amount": money_out(Money(row.amount_minor, row.currency)),
        "fee": money_out(Money(row.fee_minor, row.currency)),
        "paid": money_out(Money(row.paid_minor, row.paid_currency)),
        "provider_id": row.provider_id,
        "payment_ref": row.payment_ref,
        "own_ref": row.own_ref,
        "text": row.text,
        "is_matched": row.is_matched,
    }


def difference(row: Difference, names: Names) -> dict[str, Any]:
    """Return a difference."""
    return {
        "id": encode("dif", row.id),
        "kind": row.kind,
        "state": row.state,
        "company": names.company(row.company_key),
        "account": names.account(row.account_key),
        "on": row.on.isoformat(),
        "expected": money_out(Money(row.expected_minor, row.currency)),
        "found": money_out(Money(row.found_minor, row.currency)),
        "reference": row.reference,
        "opened_at": format_time(row.opened_at),
        "changed_at": format_time(row.changed_at),
    }


def detail(found: DifferenceDetail, names: Names) -> dict[str, Any]:
    """Return a difference with both sides."""
    entry = found.entry
    side = None
    if entry is not None:
        place = places_by_key(keys=[entry.place_key])[entry.place_key]
        side = {
            "payment": encode("pay", entry.payment_id),
            "reference": entry.reference,
            "tender": entry.tender,
            "wallet": entry.wallet,
            "place": place.id,
            "kind": entry.kind,
            "amount": money_out(Money(entry.amount_minor, entry.currency)),
            "provider_id": entry.provider_id,
            "at": format_time(entry.at),
        }
    return difference(found.difference, names) | {
        "entry": side,
        "lines": [line(one) for one in found.lines],
        "notes": [
            {"act": one.act, "note": one.note, "at": format_time(one.at)} for one in found.notes
        ],
    }


def settled_day(row: SettledDay, names: Names) -> dict[str, Any]:
    """Return a day of an account."""
    amounts = {
        "total": row.total_minor,
        "matched": row.matched_minor,
        "waiting": row.waiting_minor,
        "different": row.different_minor,
    }
    return {
        "on": row.on.isoformat(),
        "account": names.account(row.account_key),
        "total_count": row.total_count,
        "matched_count": row.matched_count,
        "waiting_count": row.waiting_count,
        "different_count": row.different_count,
        **{name: money_out(Money(int(minor), row.currency)) for name, minor in amounts.items()},
    }


def terms(row: TermsView) -> dict[str, Any]:
    """Return what is agreed."""
    agreed = row.terms
    return {
        "account": encode("pac", row.account_id),
        "wait_days": agreed.wait_days,
        "payout_days": agreed.payout_days,
        "fee_rate": None if agreed.fee_rate is None else f"{agreed.fee_rate.normalize():f}",
        "fee_fixed_minor": agreed.fee_fixed_minor,
        "returns_fee": agreed.returns_fee,
        "since": row.since.isoformat() if row.since else None,
        "reconciled_at": format_time(row.reconciled_at) if row.reconciled_at else None,
    }
