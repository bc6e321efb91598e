"""The signatures of Alipay (RSA2): requests, answers, notices."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from quanqu.sell.payments.adapters.transport import call
from quanqu.sell.payments.ports import Access

__all__ = ["API", "local_time", "request", "told_by_alipay"]

API: Final = "https://openapi.alipay.com"
_BEIJING: Final = ZoneInfo("Asia/Shanghai")


def request(
    access: Access,
    method: str,
    body: Mapping[str, Any],
    *,
    now: datetime,
    is_told: bool = False,
) -> dict[str, Any]:
    """Make one signed call and return what was answered.

    Nothing for silence, a fault inside, or an answer that Alipay did not sign: nobody knows then
    what was done.  `is_told`: Alipay tells of what becomes of it.
    """
    params = {
        "app_id": access.settings["app_id"],
        "method": method,
        "format": "json",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": local_time(now),
        "version": "1.0",
        "biz_content": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    }
    if is_told:
        params["notify_url"] = access.notify_url
    params["sign"] = _sign(access, _content(params))
    content = {"biz_content": params.pop("biz_content")}
    base = access.settings.get("api_base") or API
    kind = "application/x-www-form-urlencoded;charset=utf-8"
    url = f"{base}/gateway.do?{urlencode(params)}"
    reply = call("POST", url, {"Content-Type": kind}, urlencode(content).encode())
    if reply.status != 200:
        return {}
    return _answer(access, method, reply.body)


def told_by_alipay(access: Access, body: bytes) -> dict[str, str] | None:
    """Return the fields of a notice; None where Alipay did not sign it."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        return None
    told = dict(pairs)
    signature = told.pop("sign", "")
    if told.pop("sign_type", "") != "RSA2" or len(pairs) != len(told) + 2:
        return None
    return told if _is_genuine(access, _content(told).encode(), signature) else None


def local_time(moment: datetime) -> str:
    """Return a moment as Alipay writes it: in Beijing's time."""
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _content(params: Mapping[str, str]) -> str:
    """Return what is signed: the fields in the order of their names."""
    return "&".join(f"{name}={value}" for name, value in sorted(params.items()))


def _answer(access: Access, method: str, body: bytes) -> dict[str, Any]:
    """Return the signed part of an answer: exactly as it was written, between name and sign."""
    try:
        text = body.decode()
        whole = json.loads(text)
        name = f"{method.replace('.', '_')}_response"
        start = text.index(f'"{name}"') + len(name) + 2
        start = text.index("{", text.index(":", start))
        found, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return {}
    if not isinstance(whole, dict) or whole.get(name) != found or not isinstance(found, dict):
        return {}
    is_genuine = _is_genuine(access, text[start:end].encode(), str(whole.get("sign") or ""))
    return found if is_genuine else {}


def _sign(access: Access, text: str) -> str:
    key = load_pem_private_key(access.secrets["private_key"].encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the application's key is no RSA key")
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _is_genuine(access: Access, signed: bytes, signature: str) -> bool:
    key = load_pem_public_key(access.secrets["alipay_public_key"].encode())
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        given = base64.b64decode(signature, validate=True)
        key.verify(given, signed, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
