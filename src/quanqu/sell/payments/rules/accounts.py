"""Check an account before anybody relies on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from quanqu.sell.payments.contracts import AccountDraft, AccountInvalidError

__all__ = ["NEEDS", "Needs", "check_account"]

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LONGEST: Final = 8000


@dataclass(frozen=True, slots=True)
class Needs:
    """What the accounts of a provider consist of."""

    settings: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


NEEDS: Final[Mapping[str, Needs]] = {
    "test": Needs(),
    "stripe": Needs(
        optional=frozenset({"api_base"}),
        secrets=frozenset({"api_key", "webhook_secret"}),
        hosts=frozenset({"api.stripe.com"}),
    ),
}
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def check_account(draft: AccountDraft, *, has_secrets: bool) -> None:
    """Refuse an account that cannot work. Raises: AccountInvalidError."""
    needs = NEEDS.get(draft.provider)
    if needs is None:
        known = ", ".join(sorted(NEEDS))
        raise AccountInvalidError(problem=f"there is no provider {draft.provider}, only {known}")
    if not _CODE.fullmatch(draft.code):
        raise AccountInvalidError(problem="a code is of small letters, digits, - and _, at most 60")
    if draft.provider == "test" and not draft.is_test:
        raise AccountInvalidError(problem="the provider test takes no real money: mark it as test")
    missing = needs.settings - {name for name, value in draft.settings.items() if value}
    if missing:
        raise AccountInvalidError(problem=f"the setting {min(missing)} is missing")
    strange = set(draft.settings) - needs.settings - needs.optional
    strange |= set(draft.secrets) - needs.secrets
    if strange:
        raise AccountInvalidError(problem=f"{min(strange)} is not known to {draft.provider}")
    absent = needs.secrets - {name for name, value in draft.secrets.items() if value}
    if absent and (draft.secrets or not has_secrets):
        raise AccountInvalidError(problem=f"the key {min(absent)} is missing")
    if base := draft.settings.get("api_base"):
        _check_base(base, needs, is_test=draft.is_test)
    if any(len(value) > _LONGEST for value in (draft.settings | draft.secrets).values()):
        raise AccountInvalidError(problem=f"a value is longer than {_LONGEST} characters")


def _check_base(base: str, needs: Needs, *, is_test: bool) -> None:
    """Keys go to the provider's own hosts alone, or to this machine in a test account."""
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise AccountInvalidError(problem="api_base is no address") from None
    is_ours = is_test and host in _HERE and parts.scheme in ("http", "https")
    is_theirs = host in needs.hosts and parts.scheme == "https"
    if not (is_ours or is_theirs) or parts.query or parts.fragment or parts.username:
        hosts = ", ".join(sorted(needs.hosts))
        raise AccountInvalidError(problem=f"api_base is https and a host of the provider: {hosts}")
