"""Quotes for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.builders.checkout import NOW
from tests.builders.goods import Shop

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.sell.quotes.contracts import QuoteDraft, QuoteLineDraft, QuoteRow
from quanqu.sell.quotes.facade import make_quote

__all__ = ["draft", "quote"]


def draft(shop: Shop, *lines: tuple[str, int, int], **more: Any) -> QuoteDraft:
    """Return a quote of a store for units of items by SKU at prices."""
    told = lines or (("tea", 4, 1_000),)
    return QuoteDraft(
        **{
            "id": uuid4(),
            "place_key": shop.store.key,
            "currency": "CNY",
            "buyer": "Blue Hall Hotels",
            "lines": tuple(
                QuoteLineDraft(shop.items[sku].key, units, price) for sku, units, price in told
            ),
            "valid_until": (NOW + timedelta(days=14)).date(),
            **more,
        }
    )


def quote(shop: Shop, *lines: tuple[str, int, int], **more: Any) -> QuoteRow:
    """Write a quote."""
    actor: Actor = more.pop("actor", SYSTEM)
    return make_quote(actor=actor, draft=draft(shop, *lines, **more), now=NOW)
