"""How refunds that providers refused were decided."""

from django.db import models
from django.db.models import Q

from quanqu.sell.payments.contracts import BY_HAND, RefundWay
from quanqu.sell.payments.models.payments import Payment


class RefundDecisionRow(models.Model):
    """The one decision on a refused refund: never changed, never deleted."""

    operation_id = models.UUIDField(primary_key=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="+", db_column="payment_key"
    )
    way = models.TextField()
    tender = models.TextField(db_default="")
    other_id = models.UUIDField(null=True)
    follow_id = models.UUIDField(null=True, unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.TextField(db_default="")
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        db_table = "payments_refund_decision"
        constraints = [
            models.CheckConstraint(
                name="payments_refund_decision_way",
                condition=Q(way=RefundWay.BY_HAND.value, tender__in=list(BY_HAND))
                | Q(
                    way__in=[one.value for one in RefundWay if one is not RefundWay.BY_HAND],
                    tender="",
                ),
            ),
        ]
