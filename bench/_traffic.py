"""Synthetic shop traffic for the timeline's benchmarks: a fixed seed, encoded ahead of time."""

import random
from typing import Any

import msgspec

BATCH = 100
VISITORS = 20_000
PRODUCTS = 2_000
_AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"


def make_batches(count: int, *, seed: int, prefix: str) -> list[tuple[list[str], bytes]]:
    """Return (message ids, body) of batches of 100 events about twenty thousand visitors."""
    chance = random.Random(seed)
    return [_batch(chance, f"{prefix}-{number}") for number in range(count)]


def _batch(chance: random.Random, prefix: str) -> tuple[list[str], bytes]:
    ids = [f"{prefix}-{at}" for at in range(BATCH)]
    events = [_event(chance, message_id) for message_id in ids]
    body = {"batch": events, "sentAt": "2026-11-22T08:00:00.500Z"}
    return ids, msgspec.json.encode(body)


def _event(chance: random.Random, message_id: str) -> dict[str, Any]:
    visitor = chance.randrange(VISITORS)
    kind = chance.random()
    product = chance.randrange(PRODUCTS)
    event: dict[str, Any] = {
        "messageId": message_id,
        "anonymousId": f"9d3f8a52-0c1b-4c55-{visitor:012d}",
        "timestamp": "2026-11-22T08:00:00.120Z",
        "context": {
            "library": {"name": "analytics.js", "version": "2.11.1"},
            "locale": "zh-CN",
            "page": {"path": f"/products/{product}", "referrer": "https://search.example/"},
            "userAgent": _AGENT,
        },
    }
    if visitor % 3 == 0:
        event["userId"] = f"user-{visitor}"
    if kind < 0.35:
        return event | {"type": "page", "name": "Product", "properties": {"title": "Product"}}
    if kind < 0.38 and visitor % 3 == 0:
        traits = {"name": "Sample Name", "email": f"user-{visitor}@example.com", "plan": "gold"}
        return event | {"type": "identify", "traits": traits}
    return event | {"type": "track"} | _track(chance, product, message_id, kind)


def _track(chance: random.Random, product: int, message_id: str, kind: float) -> dict[str, Any]:
    line = {
        "product_id": f"p-{product}",
        "sku": f"sku-{product}",
        "name": "Green tea 250 g",
        "category": f"tea {product % 40}",
        "price": 19.9,
        "quantity": chance.randrange(1, 4),
    }
    if kind < 0.95:
        name = "Product Viewed" if kind < 0.8 else "Product Added"
        return {"event": name, "properties": {**line, "currency": "CNY"}}
    order = {"order_id": message_id, "revenue": 59.7, "currency": "CNY", "products": [line]}
    return {"event": "Order Completed", "properties": order}
