"""What an account says a front end may offer: a public key, wallets of phones, domains."""

import re
from collections.abc import Mapping
from typing import Final

from quanqu.sell.payments.contracts import AccountInvalidError

__all__ = ["ASSOCIATION", "DOMAINS", "KEY", "WALLETS", "check_offering", "words"]

KEY: Final = "publishable_key"
WALLETS: Final = "wallets"
DOMAINS: Final = "apple_pay_domains"
ASSOCIATION: Final = "apple_pay_association"
_KNOWN: Final = frozenset({"apple_pay", "google_pay"})
_KEY: Final = re.compile(r"pk_(?P<mode>test|live)_[A-Za-z0-9_]{1,240}")
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+")
_FILE: Final = re.compile(r"[A-Za-z0-9+/=_.{}\":,\s-]{1,20000}")
_MOST_DOMAINS: Final = 100


def words(text: str) -> list[str]:
    """Return the words of a list written with commas or spaces."""
    return text.replace(",", " ").split()


def check_offering(settings: Mapping[str, str], *, is_test: bool) -> None:
    """Refuse what a front end could not use, and above all a secret key as a public one.

    Source: docs.stripe.com/keys, docs.stripe.com/payments/payment-methods/pmd-registration.
    Raises: AccountInvalidError.
    """
    key = settings.get(KEY, "")
    found = _KEY.fullmatch(key)
    if key and found is None:
        raise AccountInvalidError(problem="the publishable_key is none: it begins with pk_")
    if found is not None and (found["mode"] == "test") is not is_test:
        raise AccountInvalidError(problem="the publishable_key is of the other mode, test or live")
    wallets = words(settings.get(WALLETS, ""))
    if strange := sorted(set(wallets) - _KNOWN):
        known = ", ".join(sorted(_KNOWN))
        raise AccountInvalidError(problem=f"there is no wallet {strange[0][:40]}, only {known}")
    if wallets and not key:
        raise AccountInvalidError(problem="wallets are offered with the publishable_key")
    domains, file = words(settings.get(DOMAINS, "")), settings.get(ASSOCIATION, "")
    if bool(domains) is not bool(file):
        raise AccountInvalidError(
            problem=f"{DOMAINS} and {ASSOCIATION} are given together or not at all"
        )
    for one in domains:
        if not _DOMAIN.fullmatch(one):
            raise AccountInvalidError(problem=f"{one[:60]} is no domain in small letters")
    if len(domains) > _MOST_DOMAINS:
        raise AccountInvalidError(problem=f"there are more than {_MOST_DOMAINS} domains")
    if file and not _FILE.fullmatch(file):
        raise AccountInvalidError(problem=f"the {ASSOCIATION} is not the file that Stripe gives")
