"""Transfers and their lines."""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.inventory.contracts import TransferState


class Transfer(models.Model):
    """Goods of a company on their way from one of its places to another."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    from_place_key = models.IntegerField()
    to_place_key = models.IntegerField()
    state = models.TextField()
    note = models.TextField()
    created_by = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inventory_transfer"
        indexes = [
            models.Index("from_place_key", F("key").desc(), name="inventory_transfer_from"),
            models.Index("to_place_key", F("key").desc(), name="inventory_transfer_to"),
            models.Index(
                "state",
                name="inventory_transfer_open",
                condition=Q(
                    state__in=[TransferState.SENT.value, TransferState.PARTLY_RECEIVED.value]
                ),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="inventory_transfer_state_known",
                condition=Q(state__in=[state.value for state in TransferState]),
            ),
            models.CheckConstraint(
                name="inventory_transfer_goes_somewhere",
                condition=~Q(from_place_key=F("to_place_key")),
            ),
        ]


class TransferLine(models.Model):
    """An item of a transfer, and what became of it."""

    pk = models.CompositePrimaryKey("transfer_id", "line_no")
    transfer = models.ForeignKey(
        Transfer, on_delete=models.CASCADE, related_name="lines", db_column="transfer_key"
    )
    line_no = models.SmallIntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    received = models.BigIntegerField(db_default=0)
    damaged = models.BigIntegerField(db_default=0)
    lost = models.BigIntegerField(db_default=0)
    surplus = models.BigIntegerField(db_default=0)
    returned = models.BigIntegerField(db_default=0)
    surplus_decided = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "inventory_transfer_line"
        constraints = [
            models.CheckConstraint(
                name="inventory_transfer_line_adds_up",
                condition=Q(
                    quantity__gt=0,
                    received__gte=0,
                    damaged__gte=0,
                    lost__gte=0,
                    surplus__gte=F("surplus_decided"),
                    surplus_decided__gte=0,
                    returned__gte=0,
                    quantity__gte=F("received") + F("damaged") + F("lost") + F("returned"),
                ),
            ),
        ]
