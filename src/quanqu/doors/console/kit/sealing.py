"""What was searched for, sealed for the address: browsers, proxies and chats keep addresses.

A sealed text opens on every page of this installation and nowhere else.
"""

import base64
import binascii
from typing import Final

from quanqu.infra.crypto.contracts import UndecipherableError
from quanqu.infra.crypto.facade import decrypt, encrypt

__all__ = ["open_text", "seal_text"]

_PURPOSE: Final = "console.search"
_MARK: Final = "~"


def seal_text(text: str) -> str:
    """Return a text as an address may hold it; empty stays empty."""
    if not text:
        return ""
    return _MARK + base64.urlsafe_b64encode(encrypt(text, purpose=_PURPOSE)).decode().rstrip("=")


def open_text(text: str) -> str:
    """Return what was sealed, or the text itself; what was sealed elsewhere is empty."""
    if not text.startswith(_MARK):
        return text
    body = text.removeprefix(_MARK)
    try:
        sealed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        return decrypt(sealed, purpose=_PURPOSE)
    except (binascii.Error, UndecipherableError, ValueError):
        return ""
