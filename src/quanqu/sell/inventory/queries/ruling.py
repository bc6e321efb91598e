"""Rules of what is withheld, and what channels have, as an actor may see them."""

from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import BuyerLimit, ChannelLevel, StockRule
from quanqu.sell.inventory.models import BuyerLimit as LimitRow
from quanqu.sell.inventory.models import Rule
from quanqu.sell.inventory.queries.levels import SHUT_NOW, VIEW

__all__ = ["list_channel_levels", "list_limits", "list_rules", "rules_of"]

_CHANNELS: Final = (
    "SELECT s.place_key, s.variant_key, s.channel, s.buffer, s.wanted, s.kept, "  # noqa: S608 - no value in it
    "l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated - l.fenced, "
    f"{SHUT_NOW} FROM inventory_channel_share s "
    "JOIN inventory_level l USING (place_key, variant_key) "
    "WHERE s.place_key = %s AND s.variant_key = %s ORDER BY s.channel"
)


def rules_of(company_key: int) -> tuple[StockRule, ...]:
    """Return the rules of a company, in the order in which they were first set."""
    rows = Rule.objects.filter(company_key=company_key).order_by("key")
    return tuple(
        StockRule(row.units, row.variant_key, row.category, row.place_key, row.channel)
        for row in rows
    )


def list_rules(*, actor: Actor, company_id: str, company_key: int) -> tuple[StockRule, ...]:
    """Return the rules of a company of which the actor may see stock.

    Those of places alone that the actor may not see are left out.
    Raises: NotAllowedError, UnitNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=company_id)
    return tuple(
        one
        for one in rules_of(company_key)
        if one.place_key is None or scope.everything or one.place_key in scope.places
    )


def list_limits(*, actor: Actor, company_id: str, company_key: int) -> tuple[BuyerLimit, ...]:
    """Return how much of items of a company one buyer may have.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    resolve_scope(actor=actor, permission=VIEW, unit_id=company_id)
    rows = LimitRow.objects.filter(company_key=company_key).order_by("key")
    return tuple(BuyerLimit(row.variant_key, row.most, row.window_s) for row in rows)


def list_channel_levels(
    *, actor: Actor, place_key: int, variant_key: int
) -> tuple[ChannelLevel, ...]:
    """Return what channels have of an item at a place, of those with a buffer or units kept.

    Raises: NotAllowedError.
    """
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    if not (scope.everything or place_key in scope.places):
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_CHANNELS, [place_key, variant_key])
        return tuple(ChannelLevel(*row) for row in cursor.fetchall())
