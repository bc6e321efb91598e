"""What a front end needs to let a shopper pay; nothing of it is a secret."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.payments.contracts import PaymentNotFoundError, TenderOffer
from quanqu.sell.payments.models import Account
from quanqu.sell.payments.queries.companies import VIEW
from quanqu.sell.payments.registry import list_tenders
from quanqu.sell.payments.rules.offering import ASSOCIATION, DOMAINS, KEY, WALLETS, words

__all__ = ["find_domain_association", "list_offers"]


def list_offers(*, actor: Actor, place_key: int, company_key: int) -> list[TenderOffer]:
    """Return the ways to pay at a place: of a provider's, those its company has an account for.

    The account is the one that a payment takes which names none.
    Raises: NotAllowedError, PaymentNotFoundError for a place outside of the actor's.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    if not scope.everything and place_key not in scope.places:
        raise PaymentNotFoundError(ref=f"place {place_key}")
    rows = Account.objects.filter(company_key=company_key, is_enabled=True).order_by("-key")
    accounts = {row.provider: row for row in rows}
    offers = []
    for tender in list_tenders():
        row = accounts.get(tender.provider)
        if tender.provider and row is None:
            continue
        settings = row.settings if row else {}
        offers.append(
            TenderOffer(
                tender=tender.code,
                kind=tender.kind,
                channel=tender.channel,
                account=row.code if row else "",
                is_test=row.is_test if row else False,
                publishable_key=settings.get(KEY, ""),
                wallets=tuple(words(settings.get(WALLETS, ""))),
            )
        )
    return offers


def find_domain_association(*, host: str) -> str | None:
    """Return the file that shows Apple that a shop's domain may offer Apple Pay, as an account says
    that names the domain; no rights are checked, the file is made to be read by all.

    Where several accounts name it, the first one counts.
    """
    rows = Account.objects.filter(is_enabled=True, settings__has_key=ASSOCIATION)
    for row in rows.order_by("key"):
        if host in words(row.settings.get(DOMAINS, "")):
            return str(row.settings[ASSOCIATION])
    return None
