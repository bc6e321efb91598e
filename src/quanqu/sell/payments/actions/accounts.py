"""A company's accounts with providers; keys are sealed and never told again."""

import os
from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.payments.actions.allowed import require_company
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountInvalidError,
    AccountNotFoundError,
    AccountView,
)
from quanqu.sell.payments.models import Account
from quanqu.sell.payments.ports import Access
from quanqu.sell.payments.queries.accounts import account_view
from quanqu.sell.payments.rules.accounts import check_account

__all__ = ["SECRETS", "access_of", "notify_url", "save_account"]

SECRETS: Final = "payments.account_secrets"


@transaction.atomic
def save_account(*, actor: Actor, draft: AccountDraft, now: datetime) -> AccountView:
    """Make an account of a company, or change the one of that code.

    Secrets left out stay as they are.  Raises: NotAllowedError, AccountNotFoundError for a company
    outside of the actor's, AccountInvalidError.
    """
    require_company(actor, draft.company_key, draft.code)
    if draft.company_key not in companies_by_key(keys=[draft.company_key]):
        raise AccountNotFoundError(ref=draft.code)
    rows = Account.objects.select_for_update()
    row = rows.filter(company_key=draft.company_key, code=draft.code).first()
    if row is not None and (row.provider, row.is_test) != (draft.provider, draft.is_test):
        raise AccountInvalidError(problem="provider and test mode stay as they were made")
    check_account(draft, has_secrets=row is not None)
    if row is None:
        row = Account(
            company_key=draft.company_key,
            code=draft.code,
            provider=draft.provider,
            is_test=draft.is_test,
            secrets_enc=encrypt("{}", purpose=SECRETS),
            created_at=now,
        )
    before = {"settings": row.settings, "is_enabled": row.is_enabled} if row.key else None
    row.settings, row.is_enabled, row.changed_at = draft.settings, draft.is_enabled, now
    if draft.secrets:
        sealed = msgspec.json.encode(draft.secrets).decode()
        row.secrets_enc, row.secret_names = encrypt(sealed, purpose=SECRETS), sorted(draft.secrets)
    row.save()
    record(
        actor=actor,
        action="payments.account_saved",
        subject=encode("pac", row.id),
        now=now,
        before=before,
        after={"settings": row.settings, "is_enabled": row.is_enabled},
    )
    return account_view(row)


def notify_url(account: Account) -> str:
    """Return where the provider of an account sends its notices."""
    base = os.environ.get("QUANQU_URL", "").rstrip("/")
    return f"{base}/hooks/payments/{encode('pac', account.id)}"


def access_of(account: Account) -> Access:
    """Return an account as its adapter uses it."""
    sealed = decrypt(bytes(account.secrets_enc), purpose=SECRETS)
    return Access(
        settings=account.settings,
        secrets=msgspec.json.decode(sealed, type=dict[str, str]),
        is_test=account.is_test,
        notify_url=notify_url(account),
    )
