"""Statements of providers and banks, their lines, what differs, and what is agreed.

The account key of a bank's statement is 0: a bank is no account with a provider.
"""

from django.db import models
from django.db.models import Q

from quanqu.kernel.ids import new_id
from quanqu.sell.payments.contracts.settlement import (
    Book,
    DifferenceKind,
    DifferenceState,
    LineKind,
    StatementFormat,
)
from quanqu.sell.payments.models.payments import Account

_OF_PAYMENTS = Q(kind__in=[LineKind.CAPTURE.value, LineKind.REFUND.value])


class Terms(models.Model):
    """What is agreed with a provider; `since_on`: the first day of its first statement."""

    key = models.BigAutoField(primary_key=True)
    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, related_name="+", db_column="account_key"
    )
    wait_days = models.IntegerField(db_default=3)
    payout_days = models.IntegerField(db_default=5)
    fee_rate = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    fee_fixed_minor = models.BigIntegerField(db_default=0)
    returns_fee = models.BooleanField(db_default=False)
    since_on = models.DateField(null=True)
    reconciled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_terms"
        constraints = [
            models.CheckConstraint(
                name="payments_terms_sensible",
                condition=Q(
                    wait_days__gte=0, payout_days__gte=0, fee_fixed_minor__gte=0, fee_rate__gte=0,
                    fee_rate__lte=1,
                ) | Q(wait_days__gte=0, payout_days__gte=0, fee_fixed_minor__gte=0,
                      fee_rate__isnull=True),
            ),
        ]  # fmt: skip


class Statement(models.Model):
    """A file that was read: the same content once for each account."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    account_key = models.BigIntegerField()
    form = models.TextField()
    file_name = models.TextField()
    sha256 = models.TextField()
    lines = models.IntegerField(db_default=0)
    known = models.IntegerField(db_default=0)
    rejected = models.IntegerField(db_default=0)
    skipped = models.IntegerField(db_default=0)
    problem = models.TextField(db_default="")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    imported_at = models.DateTimeField()
    imported_by = models.TextField()

    class Meta:
        db_table = "payments_statement"
        indexes = [
            models.Index("company_key", models.F("key").desc(), name="payments_statement_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="payments_statement_once",
                fields=["company_key", "account_key", "form", "sha256"],
            ),
            models.CheckConstraint(
                name="payments_statement_form_known",
                condition=Q(form__in=[one.value for one in StatementFormat]),
            ),
        ]


class Line(models.Model):
    """A line of a statement, once for each account, book and reference.

    `entry_key`: the line of our ledger it tells of; `is_extra`: a second telling of it.
    `payout_key`: of a bank's line, the line of the provider's payout that arrived with it.
    """

    key = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="+", db_column="statement_key"
    )
    company_key = models.IntegerField()
    account_key = models.BigIntegerField()
    book = models.TextField()
    ref = models.TextField()
    row = models.IntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    fee_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    paid_currency = models.TextField()
    provider_id = models.TextField()
    payment_ref = models.TextField()
    own_ref = models.TextField()
    own_id = models.UUIDField(null=True)
    text = models.TextField()
    payment_key = models.BigIntegerField(null=True)
    entry_key = models.BigIntegerField(null=True)
    is_extra = models.BooleanField(db_default=False)
    payout_key = models.BigIntegerField(null=True)

    class Meta:
        db_table = "payments_line"
        indexes = [
            models.Index("statement", "row", name="payments_line_statement"),
            models.Index("entry_key", name="payments_line_entry"),
            models.Index("payment_key", name="payments_line_payment"),
            models.Index(
                "account_key",
                name="payments_line_unmatched",
                condition=Q(
                    kind__in=[
                        LineKind.CAPTURE.value, LineKind.REFUND.value, LineKind.REVERSAL.value,
                        LineKind.FEE.value,
                    ],
                    entry_key__isnull=True,
                ),
            ),
            models.Index(
                "company_key", "kind", "amount_minor", name="payments_line_payout",
                condition=Q(kind__in=[LineKind.PAYOUT.value, LineKind.CREDIT.value]),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                name="payments_line_once", fields=["company_key", "account_key", "book", "ref"]
            ),
            models.UniqueConstraint(
                name="payments_line_entry_once",
                fields=["entry_key", "book"],
                condition=_OF_PAYMENTS & Q(is_extra=False, entry_key__isnull=False),
            ),
            models.UniqueConstraint(
                name="payments_line_payout_once",
                fields=["payout_key"],
                condition=Q(payout_key__isnull=False),
            ),
            models.CheckConstraint(
                name="payments_line_kind_known",
                condition=Q(kind__in=[one.value for one in LineKind]),
            ),
            models.CheckConstraint(
                name="payments_line_book_known",
                condition=Q(book__in=[one.value for one in Book]),
            ),
        ]


class Reject(models.Model):
    """A row of a file that was not taken; its text goes after a time."""

    key = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="+", db_column="statement_key"
    )
    row = models.IntegerField()
    reason = models.TextField()
    detail = models.TextField()
    text = models.TextField()

    class Meta:
        db_table = "payments_reject"
        indexes = [models.Index("statement", "row", name="payments_reject_statement")]


class DifferenceRow(models.Model):
    """Something that two sides tell differently, once for each kind and pair of sides."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    account_key = models.BigIntegerField()
    kind = models.TextField()
    entry_key = models.BigIntegerField()
    line_key = models.BigIntegerField()
    state = models.TextField()
    on = models.DateField()
    expected_minor = models.BigIntegerField()
    found_minor = models.BigIntegerField()
    currency = models.TextField()
    reference = models.TextField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_by = models.TextField(db_default="")

    class Meta:
        db_table = "payments_difference"
        indexes = [
            models.Index("company_key", models.F("key").desc(), name="payments_difference_newest"),
            models.Index("entry_key", name="payments_difference_entry"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="payments_difference_once", fields=["kind", "entry_key", "line_key"]
            ),
            models.CheckConstraint(
                name="payments_difference_kind_known",
                condition=Q(kind__in=[one.value for one in DifferenceKind]),
            ),
            models.CheckConstraint(
                name="payments_difference_state_known",
                condition=Q(state__in=[one.value for one in DifferenceState]),
            ),
        ]


class DifferenceNoteRow(models.Model):
    """What was done about a difference: only ever added to."""

    key = models.BigAutoField(primary_key=True)
    difference = models.ForeignKey(
        DifferenceRow, on_delete=models.PROTECT, related_name="+", db_column="difference_key"
    )
    act = models.TextField()
    note = models.TextField()
    actor = models.TextField()
    actor_name = models.TextField(db_default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "payments_difference_note"
        indexes = [models.Index("difference", name="payments_note_difference")]
