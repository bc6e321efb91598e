"""The signatures of WeChat Pay v3: requests, answers, notices; and what is encrypted in them."""

import base64
import binascii
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from quanqu.sell.payments.adapters.transport import call
from quanqu.sell.payments.ports import Access

__all__ = ["API", "is_genuine", "opened", "request", "sign"]

API: Final = "https://api.mch.weixin.qq.com"
TOLERANCE_S: Final = 300
_SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"


def request(
    access: Access, method: str, path: str, body: Mapping[str, Any] | None, *, now: datetime
) -> tuple[int | None, dict[str, Any]]:
    """Make one signed call; return its status and content.

    Status None: silence, a fault inside, or an answer that is not signed by WeChat Pay; nobody
    knows then what was done.
    """
    content = msgspec.json.encode(body) if body is not None else b""
    stamp, nonce = str(int(now.timestamp())), os.urandom(16).hex().upper()
    signed = f"{method}\n{path}\n{stamp}\n{nonce}\n{content.decode()}\n"
    mchid, serial = access.settings["mchid"], access.settings["cert_serial"]
    token = (
        f'mchid="{mchid}",nonce_str="{nonce}",signature="{sign(access, signed)}",'
        f'timestamp="{stamp}",serial_no="{serial}"'
    )
    headers = {
        "Authorization": f"{_SCHEME} {token}",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "Quanqu/1",
        "Wechatpay-Serial": access.settings["public_key_id"],
    }
    reply = call(method, (access.settings.get("api_base") or API) + path, headers, content)
    if reply.status is None or reply.is_unclear:
        return None, {}
    is_good = 200 <= reply.status < 300
    if is_good and not is_genuine(access, reply.headers, reply.body, now=now):
        return None, {}
    try:
        found = msgspec.json.decode(reply.body) if reply.body else {}
    except msgspec.DecodeError:
        return None, {}
    return reply.status, found if isinstance(found, dict) else {}


def sign(access: Access, text: str) -> str:
    """Return the merchant's signature of a text: RSA with SHA-256, in base 64."""
    key = load_pem_private_key(access.secrets["private_key"].encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the merchant's key is no RSA key")
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def is_genuine(access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Tell whether WeChat Pay signed this, with the key we know, within five minutes."""
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    if headers.get("wechatpay-serial") != access.settings["public_key_id"]:
        return False
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_S:
        return False
    key = load_pem_public_key(access.secrets["platform_public_key"].encode())
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        given = base64.b64decode(headers.get("wechatpay-signature", ""), validate=True)
        signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        key.verify(given, signed, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def opened(access: Access, resource: Mapping[str, Any]) -> bytes:
    """Decrypt what a notice holds (AEAD_AES_256_GCM). Raises: ValueError."""
    if resource.get("algorithm") != "AEAD_AES_256_GCM":
        raise ValueError("an unknown cipher")
    try:
        return AESGCM(access.secrets["apiv3_key"].encode()).decrypt(
            str(resource["nonce"]).encode(),
            base64.b64decode(str(resource["ciphertext"]), validate=True),
            str(resource.get("associated_data") or "").encode(),
        )
    except InvalidTag:
        raise ValueError("it was encrypted with another key, or changed") from None
