"""Accounts with providers, as an actor may see them."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.payments.contracts import AccountView
from quanqu.sell.payments.models import Account

__all__ = ["account_view", "list_accounts"]


def list_accounts(*, actor: Actor) -> list[AccountView]:
    """Return the accounts of the companies whose payments the actor sees at every place, by company
    and code.

    Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission="payments.view")
    rows = Account.objects.order_by("company_key", "code")
    if not scope.everything:
        partly = {
            one.company_key for one in places_by_key().values() if one.key not in scope.places
        }
        rows = rows.filter(company_key__in=scope.companies - partly)
    return [account_view(row) for row in rows]


def account_view(row: Account) -> AccountView:
    """Return an account's row as a contract: of its keys the names alone."""
    return AccountView(
        id=row.id,
        key=row.key,
        company_key=row.company_key,
        code=row.code,
        provider=row.provider,
        settings=dict(row.settings),
        secret_names=tuple(row.secret_names),
        is_test=row.is_test,
        is_enabled=row.is_enabled,
    )
