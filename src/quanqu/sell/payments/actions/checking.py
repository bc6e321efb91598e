"""Try an account's keys at its provider."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.accounts import access_of
from quanqu.sell.payments.actions.allowed import MANAGE, require_company
from quanqu.sell.payments.adapters import GATEWAYS
from quanqu.sell.payments.contracts import (
    AccountCheck,
    AccountNotFoundError,
    InsideTransactionError,
)
from quanqu.sell.payments.models import Account
from quanqu.sell.payments.ports import Outcome

__all__ = ["check_account_keys"]


def check_account_keys(*, actor: Actor, account_id: UUID, now: datetime) -> AccountCheck:
    """Make a harmless call to the provider with an account's keys; nothing is changed anywhere.

    Raises: NotAllowedError, AccountNotFoundError, InsideTransactionError.
    """
    name = encode("pac", account_id)
    row = Account.objects.filter(id=account_id).first()
    if row is None:
        actor.require(MANAGE)
        raise AccountNotFoundError(ref=name)
    require_company(actor, row.company_key, name)
    gateway = GATEWAYS.get(row.provider)
    if gateway is None:
        return AccountCheck(is_good=True)  # the tender `test` asks nobody
    if connection.in_atomic_block:
        raise InsideTransactionError
    answer = gateway.check(access_of(row), now=now)
    if answer.outcome is Outcome.DONE:
        return AccountCheck(is_good=True)
    is_silent = answer.outcome is not Outcome.REFUSED
    return AccountCheck(is_good=False, reason="silence" if is_silent else answer.reason)
