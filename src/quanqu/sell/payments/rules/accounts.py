"""Check an account before anybody relies on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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


NEEDS: Final[Mapping[str, Needs]] = {"test": Needs()}


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
    if any(len(value) > _LONGEST for value in (draft.settings | draft.secrets).values()):
        raise AccountInvalidError(problem=f"a value is longer than {_LONGEST} characters")
