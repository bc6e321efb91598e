"""Payments of a shop for tests, and what they break."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from tests.builders.org import make_company, make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountView,
    PaymentRequest,
    PaymentView,
)
from quanqu.sell.payments.facade import (
    capture_payment,
    carry_out,
    list_due,
    refund_payment,
    save_account,
    start_payment,
    void_payment,
)
from quanqu.sell.payments.models import Operation, Payment
from quanqu.sell.payments.queries.laws import (
    beyond_the_promise,
    strayed_payments,
    unlike_the_ledger,
    unlike_what_is_under_way,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def make_shop(code: str = "north") -> PlaceInfo:
    """Make a web shop whose company takes the test tender."""
    company = make_company(code)
    shop = make_place(company=company)
    make_test_account(company.key)
    return shop


def make_test_account(company_key: int, **changes: object) -> AccountView:
    """Give a company an account of the provider `test`."""
    fields = {"code": "test", "provider": "test", "settings": {}, "secrets": {}, "is_test": True}
    draft = AccountDraft(company_key=company_key, **(fields | changes))  # type: ignore[arg-type]
    return save_account(actor=SYSTEM, draft=draft, now=NOW)


def ask_for(shop: PlaceInfo, amount: int = 10_000, **changes: object) -> PaymentRequest:
    """Ask for a payment by the test tender."""
    fields: dict[str, object] = {
        "id": uuid4(),
        "company_key": shop.company_key,
        "place_key": shop.key,
        "reference": "order-1",
        "tender": "test",
        "amount_minor": amount,
        "currency": "CNY",
    }
    return PaymentRequest(**(fields | changes))  # type: ignore[arg-type]


def pay(shop: PlaceInfo, amount: int = 10_000, **changes: object) -> PaymentView:
    """Start a payment."""
    return start_payment(actor=SYSTEM, request=ask_for(shop, amount, **changes), now=NOW)


def take(
    payment: UUID,
    amount: int | None = None,
    *,
    request: UUID | None = None,
    now: datetime = NOW,
    is_last: bool = False,
) -> PaymentView:
    """Capture."""
    return capture_payment(
        actor=SYSTEM, payment_id=payment, request_id=request or uuid4(), now=now,
        amount_minor=amount, is_last=is_last,
    )  # fmt: skip


def give_back(
    payment: UUID, amount: int | None = None, *, request: UUID | None = None
) -> PaymentView:
    """Refund."""
    return refund_payment(
        actor=SYSTEM, payment_id=payment, request_id=request or uuid4(), now=NOW,
        amount_minor=amount,
    )  # fmt: skip


def give_up(payment: UUID, *, request: UUID | None = None) -> PaymentView:
    """Void."""
    return void_payment(actor=SYSTEM, payment_id=payment, request_id=request or uuid4(), now=NOW)


def of_corner(shop: PlaceInfo, word: str) -> dict[str, str]:
    """Take cash for an order, and make a payment whose refund was refused; return their ids."""
    paid = pay(shop, 100, tender="cash", reference=f"{word}-0")
    other = pay(shop, 1_000, tender="cash", reference=f"{word}-back-0")
    one = Operation.objects.create(
        id=uuid4(), payment=Payment.objects.get(id=other.id), kind="refund", amount_minor=500,
        state="refused", actor="system", reason="closed", asked_at=NOW, settled_at=NOW,
    )  # fmt: skip
    return {"payment_id": encode("pay", paid.id), "refused_id": encode("rfd", one.id)}


def ask_due(now: datetime) -> int:
    """Do what the jobs of all that is due do; return how much that was."""
    return sum(carry_out(operation_id=one, now=now) for one in list_due(now=now))


def breaches() -> list[str]:
    """Return what breaks a law of payments now."""
    return [
        *beyond_the_promise(),
        *unlike_the_ledger(),
        *unlike_what_is_under_way(),
        *strayed_payments(),
    ]
