"""Learn by what means a payment was made: whether it can be captured again, from which wallet."""

from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from quanqu.infra.jobs.facade import defer
from quanqu.sell.payments.actions.accounts import access_of
from quanqu.sell.payments.adapters import GATEWAYS
from quanqu.sell.payments.contracts import EntryKind, InsideTransactionError, OperationState
from quanqu.sell.payments.models import Account, Operation, Payment
from quanqu.sell.payments.ports import Means
from quanqu.sell.payments.registry import tender_of

__all__ = ["LEARN_JOB", "keep_means", "knows_the_means", "learn_means", "learn_soon"]

LEARN_JOB: Final = "payments.learn_means"
_LONGEST: Final = 40
_MOST_LOOKS: Final = 5


def keep_means(row: Payment, means: Means | None) -> None:
    """Note on a locked payment what the provider told of the means; the first time counts."""
    if means is not None and row.takes_parts is None:
        row.wallet, row.takes_parts = means.wallet[:_LONGEST], means.takes_parts


def learn_soon(row: Payment) -> None:
    """Have the provider asked by a job, where a notice told of money and not of the means."""
    if _is_open(row):
        defer(LEARN_JOB, once=f"{LEARN_JOB}:{row.id}", payment_id=str(row.id))


def learn_means(*, payment_id: UUID) -> bool:
    """Ask the provider by what means a payment was made; False: it is known, or nobody told.

    Locks: the payment, afterwards.  Raises: InsideTransactionError.
    """
    if connection.in_atomic_block:
        raise InsideTransactionError
    row = Payment.objects.filter(id=payment_id).first()
    if row is None or not _is_open(row):
        return False
    account = Account.objects.get(key=row.account_key or 0)
    means = GATEWAYS[account.provider].describe(access_of(account), row.provider_ref)
    if means is None:
        return False
    with transaction.atomic():
        row = Payment.objects.select_for_update().get(id=payment_id)
        keep_means(row, means)
        row.save(update_fields=["wallet", "takes_parts"])
    return True


def knows_the_means(operation_id: UUID) -> bool:
    """Tell whether an operation can be asked for: of a capture that leaves something it must be
    known whether the rest can be taken later.  A provider that does not tell is taken at that.
    """
    found = (
        Operation.objects.filter(
            id=operation_id,
            kind=EntryKind.CAPTURE.value,
            state=OperationState.READY.value,
            is_last=False,
            tries__lt=_MOST_LOOKS,
            payment__takes_parts__isnull=True,
            amount_minor__lt=F("payment__authorised_minor") - F("payment__captured_minor"),
        )
        .select_related("payment")
        .first()
    )
    if found is None or not _is_open(found.payment):
        return True
    return learn_means(payment_id=found.payment.id)


def _is_open(row: Payment) -> bool:
    may_be_told = tender_of(row.tender).may_capture_again and row.provider_ref
    return row.takes_parts is None and bool(may_be_told)
