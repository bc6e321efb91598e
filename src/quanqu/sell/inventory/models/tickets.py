"""Who waits for an item at a place, in the order of arrival."""

from django.db import models
from django.db.models import Q

from quanqu.sell.inventory.contracts import TicketState

_WAITING = Q(state=TicketState.WAITING.value)


class Ticket(models.Model):
    """A place in line: those of an item at a place are served by `key`, the lowest first.

    `who`: a keyed hash of the buyer, or else of the owner, by which one waits once for an item;
    `buyer`: the same where there is a buyer.  Both are emptied when it waits no more.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, editable=False)
    place_key = models.IntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    owner = models.TextField()
    channel = models.TextField()
    who = models.TextField()
    buyer = models.TextField()
    turn_s = models.IntegerField()
    state = models.TextField()
    joined_at = models.DateTimeField()
    waits_until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inventory_ticket"
        indexes = [
            models.Index(
                "place_key", "variant_key", "key", name="inventory_ticket_line", condition=_WAITING
            ),
            models.Index("waits_until", name="inventory_ticket_ending", condition=_WAITING),
            models.Index("place_key", "key", name="inventory_ticket_of_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="inventory_ticket_once", fields=["variant_key", "who"], condition=_WAITING
            ),
            models.CheckConstraint(
                name="inventory_ticket_state_known",
                condition=Q(state__in=[state.value for state in TicketState]),
            ),
            models.CheckConstraint(
                name="inventory_ticket_is_some", condition=Q(quantity__gt=0, turn_s__gt=0)
            ),
            models.CheckConstraint(
                name="inventory_ticket_settled",
                condition=(_WAITING & Q(settled_at__isnull=True))
                | (~_WAITING & Q(settled_at__isnull=False)),
            ),
        ]
