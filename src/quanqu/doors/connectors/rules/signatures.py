"""Webhook signatures: base64 of HMAC-SHA256 over the body, compared in constant time."""

import base64
import hmac

__all__ = ["is_signed", "sign"]


def sign(body: bytes, secret: str) -> str:
    """Return the signature Shopify and WooCommerce send with a body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Tell whether the signature is that of the body; takes as long whether it is or not."""
    return hmac.compare_digest(sign(body, secret).encode(), signature.encode())
