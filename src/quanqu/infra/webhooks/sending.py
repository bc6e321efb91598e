"""Send one signed call: Standard Webhooks over a CloudEvents body."""

from urllib.parse import urlsplit

from quanqu.infra.webhooks.calling import Answer, allowed_hosts, call
from quanqu.infra.webhooks.signing import is_allowed, is_public, sign

__all__ = ["send"]


def send(url: str, *, key: bytes, message_id: str, timestamp: int, body: bytes) -> Answer:
    """Sign a body and send it; nothing is raised for a receiver's fault."""
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Quanqu-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(key, message_id=message_id, timestamp=timestamp, body=body),
    }
    parts = urlsplit(url)
    is_free = is_allowed(parts.hostname or "", parts.port, allowed_hosts())
    return call(
        url,
        headers,
        body,
        may_call=lambda addresses: is_free or all(is_public(one) for one in addresses),
    )
