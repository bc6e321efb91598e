"""Secret tokens: 256 random bits, shown once, known afterwards by their hash only."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

__all__ = ["new_signed_token", "new_token", "read_signed_token", "read_token", "token_hash"]

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_HEAD: Final = "qq_live_"
_NAME_LETTERS: Final = 8
_SECRET_LETTERS: Final = 52
_TOKEN: Final = re.compile(
    rf"({_HEAD}[{_ALPHABET}]{{{_NAME_LETTERS}}})_[{_ALPHABET}]{{{_SECRET_LETTERS}}}"
)
_SIGNED: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})")


def new_token() -> tuple[str, str]:
    """Make an API token and return its public prefix with the whole text.

    The prefix finds the row and may be shown; the 52 letters after it hold 260 random bits.
    """
    prefix = _HEAD + _letters(_NAME_LETTERS)
    return prefix, f"{prefix}_{_letters(_SECRET_LETTERS)}"


def read_token(text: str) -> str | None:
    """Return the public prefix of a well-formed token, else None."""
    found = _TOKEN.fullmatch(text)
    return found.group(1) if found else None


def token_hash(text: str) -> bytes:
    """Return the 32 bytes a token is stored as.

    Plain SHA-256 is enough here: the text is random, so there is nothing to guess faster.
    """
    return hashlib.sha256(text.encode()).digest()


def new_signed_token(*, key: str, purpose: str) -> str:
    """Make a token of 256 random bits that carries its own signature (HMAC-SHA256)."""
    body = secrets.token_urlsafe(32)
    return f"{body}.{_signature(body, key, purpose)}"


def read_signed_token(text: str, *, key: str, purpose: str) -> str | None:
    """Return a token that carries the right signature for the purpose, else None."""
    found = _SIGNED.fullmatch(text)
    if found and hmac.compare_digest(_signature(found.group(1), key, purpose), found.group(2)):
        return text
    return None


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def _signature(body: str, key: str, purpose: str) -> str:
    digest = hmac.digest(key.encode(), f"{purpose}:{body}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
