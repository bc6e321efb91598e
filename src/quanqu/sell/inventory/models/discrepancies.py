"""What was decided about goods of transfers that arrived short or over."""

from django.db import models
from django.db.models import Q

from quanqu.sell.inventory.contracts import DecisionKind, DecisionState
from quanqu.sell.inventory.models.transfers import Transfer


class TransferDecision(models.Model):
    """Units of a line and what became of them; `once` names it within its transfer."""

    key = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="decisions", db_column="transfer_key"
    )
    number = models.IntegerField()
    line_no = models.SmallIntegerField()
    kind = models.TextField()
    quantity = models.BigIntegerField()
    note = models.TextField()
    amount_minor = models.BigIntegerField(null=True)
    currency = models.TextField(db_default="")
    state = models.TextField()
    once = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_transfer_decision"
        indexes = [
            models.Index(
                "transfer",
                name="inventory_decision_claim",
                condition=Q(state=DecisionState.OPEN.value),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="inventory_decision_number", fields=["transfer", "number"]
            ),
            models.UniqueConstraint(name="inventory_decision_once", fields=["transfer", "once"]),
            models.CheckConstraint(
                name="inventory_decision_words",
                condition=Q(
                    kind__in=[kind.value for kind in DecisionKind],
                    state__in=[state.value for state in DecisionState],
                    quantity__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="inventory_decision_amount",
                condition=Q(amount_minor__isnull=True, currency="")
                & ~Q(kind=DecisionKind.CLAIMED.value)
                | Q(kind=DecisionKind.CLAIMED.value, amount_minor__gt=0) & ~Q(currency=""),
            ),
        ]


class TransferDecisionStep(models.Model):
    """A step of a decision, never changed: who, when, and what it posted to the ledger."""

    key = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(
        TransferDecision, on_delete=models.PROTECT, related_name="steps", db_column="decision_key"
    )
    state = models.TextField()
    note = models.TextField()
    amount_minor = models.BigIntegerField(null=True)
    by = models.TextField()
    actor_name = models.TextField(db_default="")
    at = models.DateTimeField()
    posting_id = models.UUIDField(null=True)

    class Meta:
        db_table = "inventory_transfer_decision_step"
        constraints = [
            models.CheckConstraint(
                name="inventory_decision_step_words",
                condition=Q(state__in=[state.value for state in DecisionState]),
            ),
        ]
