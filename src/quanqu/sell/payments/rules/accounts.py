"""Check an account before anybody relies on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from quanqu.sell.payments.contracts import AccountDraft, AccountInvalidError
from quanqu.sell.payments.rules.offering import (
    ASSOCIATION,
    DOMAINS,
    KEY,
    WALLETS,
    check_offering,
)

__all__ = ["NEEDS", "Needs", "check_account"]

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LONGEST: Final = 8000
_AES_256: Final = 32


@dataclass(frozen=True, slots=True)
class Needs:
    """What the accounts of a provider consist of."""

    settings: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    private_keys: frozenset[str] = frozenset()
    public_keys: frozenset[str] = frozenset()


NEEDS: Final[Mapping[str, Needs]] = {
    "test": Needs(),
    "stripe": Needs(
        optional=frozenset({"api_base", KEY, WALLETS, DOMAINS, ASSOCIATION}),
        secrets=frozenset({"api_key", "webhook_secret"}),
        hosts=frozenset({"api.stripe.com"}),
    ),
    "alipay": Needs(
        settings=frozenset({"app_id"}),
        optional=frozenset({"api_base"}),
        secrets=frozenset({"private_key", "alipay_public_key"}),
        hosts=frozenset({"openapi.alipay.com", "openapi-sandbox.dl.alipaydev.com"}),
        private_keys=frozenset({"private_key"}),
        public_keys=frozenset({"alipay_public_key"}),
    ),
    "wechat": Needs(
        settings=frozenset({"mchid", "appid", "cert_serial", "public_key_id"}),
        optional=frozenset({"api_base", "store_id"}),
        secrets=frozenset({"private_key", "platform_public_key", "apiv3_key"}),
        hosts=frozenset({"api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"}),
        private_keys=frozenset({"private_key"}),
        public_keys=frozenset({"platform_public_key"}),
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
    _check_keys(draft.secrets, needs)
    if base := draft.settings.get("api_base"):
        _check_base(base, needs, is_test=draft.is_test)
    check_offering(draft.settings, is_test=draft.is_test)
    values = draft.settings | draft.secrets
    if any(len(value) > _LONGEST for name, value in values.items() if name != ASSOCIATION):
        raise AccountInvalidError(problem=f"a value is longer than {_LONGEST} characters")


def _check_keys(secrets: Mapping[str, str], needs: Needs) -> None:
    """Keys are RSA keys in PEM, and the key of notices has the length its cipher asks for."""
    for name, value in secrets.items():
        try:
            if name in needs.private_keys:
                is_good = isinstance(load_pem_private_key(value.encode(), None), RSAPrivateKey)
            elif name in needs.public_keys:
                is_good = isinstance(load_pem_public_key(value.encode()), RSAPublicKey)
            else:
                is_good = name != "apiv3_key" or len(value.encode()) == _AES_256
        except (ValueError, TypeError):
            is_good = False
        if not is_good:
            raise AccountInvalidError(problem=f"the key {name} is not of its kind")


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
