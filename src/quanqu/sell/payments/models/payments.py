"""Payments, their operations and ledger, accounts and notices.

Payments carry place and company keys of a lower room without foreign keys: they are written on the
hot path, and what they point to is never deleted.
"""

from django.db import models
from django.db.models import F, Q

from quanqu.kernel.ids import new_id
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    OperationState,
    PaymentState,
)


class Account(models.Model):
    """A company's account with a provider; its keys are sealed."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    code = models.TextField()
    provider = models.TextField()
    settings = models.JSONField(default=dict)
    secret_names = models.JSONField(default=list)
    secrets_enc = models.BinaryField()
    is_test = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "payments_account"
        constraints = [
            models.UniqueConstraint(name="payments_account_once", fields=["company_key", "code"]),
            models.CheckConstraint(
                name="payments_account_test_is_marked",
                condition=~Q(provider="test") | Q(is_test=True),
            ),
        ]


class Payment(models.Model):
    """A part of something paid by one tender; its figures are the sums of its entries.

    `wallet`, `takes_parts`: what the provider told of the means; null: it did not tell yet.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    account_key = models.BigIntegerField(null=True)
    reference = models.TextField()
    tender = models.TextField()
    capture = models.TextField()
    currency = models.TextField()
    amount_minor = models.BigIntegerField()
    state = models.TextField()
    authorised_minor = models.BigIntegerField(db_default=0)
    captured_minor = models.BigIntegerField(db_default=0)
    voided_minor = models.BigIntegerField(db_default=0)
    refunded_minor = models.BigIntegerField(db_default=0)
    capturing_minor = models.BigIntegerField(db_default=0)
    voiding_minor = models.BigIntegerField(db_default=0)
    refunding_minor = models.BigIntegerField(db_default=0)
    provider_ref = models.TextField(db_default="")
    token = models.TextField(db_default="")
    wallet = models.TextField(db_default="")
    takes_parts = models.BooleanField(null=True)
    description = models.TextField(db_default="")
    next_step = models.JSONField(null=True)
    reason = models.TextField(db_default="")
    problem = models.TextField(db_default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_payment"
        indexes = [
            models.Index("reference", name="payments_payment_of_reference"),
            models.Index("place_key", F("key").desc(), name="payments_payment_newest"),
            models.Index(
                "account_key",
                "provider_ref",
                name="payments_payment_provider",
                condition=~Q(provider_ref=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="payments_payment_state_known",
                condition=Q(state__in=[state.value for state in PaymentState]),
            ),
            models.CheckConstraint(
                name="payments_payment_capture_known",
                condition=Q(capture__in=[mode.value for mode in CaptureMode]),
            ),
            models.CheckConstraint(
                name="payments_payment_not_negative",
                condition=Q(
                    amount_minor__gt=0,
                    authorised_minor__gte=0,
                    captured_minor__gte=0,
                    voided_minor__gte=0,
                    refunded_minor__gte=0,
                    capturing_minor__gte=0,
                    voiding_minor__gte=0,
                    refunding_minor__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="payments_payment_within_amount",
                condition=Q(authorised_minor__lte=F("amount_minor")),
            ),
            models.CheckConstraint(
                name="payments_payment_captures_within",
                condition=Q(
                    captured_minor__lte=F("authorised_minor")
                    - F("capturing_minor")
                    - F("voided_minor")
                    - F("voiding_minor")
                ),
            ),
            models.CheckConstraint(
                name="payments_payment_refunds_within",
                condition=Q(refunded_minor__lte=F("captured_minor") - F("refunding_minor")),
            ),
        ]


class Operation(models.Model):
    """Something asked of a payment: its id is what a provider knows a repetition by.

    `shown_enc`: the sealed code a shopper showed and who pays, gone when it is over.  `due_at`:
    when it is looked at again.  `is_last`: what a capture leaves of the promise is given up.
    """

    id = models.UUIDField(primary_key=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="+", db_column="payment_key"
    )
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    state = models.TextField()
    actor = models.TextField()
    note = models.TextField(db_default="")
    is_last = models.BooleanField(db_default=False)
    shown_enc = models.BinaryField(null=True)
    provider_id = models.TextField(db_default="")
    reason = models.TextField(db_default="")
    tries = models.IntegerField(db_default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_operation"
        indexes = [
            models.Index("payment", name="payments_operation_payment"),
            models.Index(
                "due_at", name="payments_operation_due", condition=Q(due_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="payments_operation_state_known",
                condition=Q(state__in=[state.value for state in OperationState]),
            ),
            models.CheckConstraint(
                name="payments_operation_kind_known",
                condition=Q(
                    kind__in=[kind.value for kind in EntryKind if kind is not EntryKind.FAILURE]
                ),
            ),
        ]


class Entry(models.Model):
    """A line of the ledger: never changed, never deleted."""

    key = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="+", db_column="payment_key"
    )
    account_key = models.BigIntegerField(null=True)
    operation_id = models.UUIDField()
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    provider_id = models.TextField(db_default="")
    at = models.DateTimeField()
    actor = models.TextField()
    reason = models.TextField(db_default="")

    class Meta:
        db_table = "payments_entry"
        indexes = [
            models.Index("payment", name="payments_entry_payment"),
            models.Index(
                "account_key",
                "at",
                name="payments_entry_of_account",
                condition=Q(
                    account_key__isnull=False,
                    kind__in=[EntryKind.CAPTURE.value, EntryKind.REFUND.value],
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="payments_entry_operation_once", fields=["operation_id", "kind"]
            ),
            models.UniqueConstraint(
                name="payments_entry_provider_once",
                fields=["account_key", "kind", "provider_id"],
                condition=~Q(provider_id=""),
            ),
            models.CheckConstraint(
                name="payments_entry_kind_known",
                condition=Q(kind__in=[kind.value for kind in EntryKind]),
            ),
            models.CheckConstraint(
                name="payments_entry_of_something",
                condition=Q(amount_minor__gt=0) | Q(kind=EntryKind.FAILURE.value, amount_minor=0),
            ),
        ]


class NoticeRow(models.Model):
    """A notice of a provider, signed by it, kept once; its body is sealed and goes after a time."""

    key = models.BigAutoField(primary_key=True)
    account_key = models.BigIntegerField()
    event_id = models.TextField()
    kind = models.TextField()
    body_enc = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    outcome = models.TextField()

    class Meta:
        db_table = "payments_notice"
        indexes = [
            models.Index(
                "received_at", name="payments_notice_kept", condition=Q(body_enc__isnull=False)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="payments_notice_once", fields=["account_key", "event_id"]
            ),
        ]
