"""Reads of exchange rates."""

from collections.abc import Collection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.org.contracts import Rate
from quanqu.know.org.models import ExchangeRate


def rates(*, to_currency: str, currencies: Collection[str] | None = None) -> tuple[Rate, ...]:
    """Return every recorded rate into a currency, by currency and day; no rights are checked.

    A rate holds from its day until the next one of its pair. Nothing is made up: a currency or
    a day before the first rate has none, and amounts in it stay apart.
    """
    found = ExchangeRate.objects.filter(to_currency=to_currency)
    if currencies is not None:
        found = found.filter(currency__in=list(currencies))
    return tuple(_rate(row) for row in found.order_by("currency", "valid_on"))


def list_rates(*, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[Rate]:
    """Return a page of the recorded rates, newest recorded first."""
    actor.require("org.view")
    found = ExchangeRate.objects.order_by("-key")
    if cursor:
        found = found.filter(key__lt=decode_key(cursor))
    rows = list(found[: limit + 1])
    items = tuple(_rate(row) for row in rows[:limit])
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def _rate(row: ExchangeRate) -> Rate:
    return Rate(row.currency, row.to_currency, row.valid_on, row.rate, row.source)
