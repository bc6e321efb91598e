"""The tables of quotes."""

from django.db import models
from django.db.models import F, Q

from quanqu.sell.quotes.contracts import QuoteAct, QuoteState


class Quote(models.Model):
    """A quote; `edition` counts its changes, `approved_edition` is the one somebody approved."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    state = models.TextField()
    edition = models.IntegerField(db_default=1)
    buyer = models.TextField()
    subject_key = models.BigIntegerField(null=True)
    currency = models.TextField()
    goods_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField()
    valid_until = models.DateField()
    note = models.TextField(db_default="")
    approved_edition = models.IntegerField(db_default=0)
    order_id = models.UUIDField(null=True, unique=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "quotes_quote"
        indexes = [
            models.Index("place_key", F("key").desc(), name="quotes_quote_newest"),
            models.Index(
                "valid_until",
                name="quotes_quote_ending",
                condition=Q(state__in=[QuoteState.SENT.value, QuoteState.ACCEPTED.value]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="quotes_quote_state_known",
                condition=Q(state__in=[state.value for state in QuoteState]),
            ),
            models.CheckConstraint(
                name="quotes_quote_ordered_has_order",
                condition=~Q(state=QuoteState.ORDERED.value) | Q(order_id__isnull=False),
            ),
            models.CheckConstraint(
                name="quotes_quote_amounts",
                condition=Q(goods_minor__gte=0, shipping_minor__gte=0),
            ),
        ]


class Line(models.Model):
    """A line of a quote at its agreed price."""

    pk = models.CompositePrimaryKey("quote_key", "line_no")
    quote_key = models.BigIntegerField()
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField()
    quantity = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()

    class Meta:
        db_table = "quotes_line"
        constraints = [
            models.CheckConstraint(
                name="quotes_line_amounts",
                condition=Q(quantity__gt=0, unit_price_minor__gte=0),
            ),
        ]


class Step(models.Model):
    """Something done with a quote: never changed."""

    key = models.BigAutoField(primary_key=True)
    quote_key = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    actor = models.TextField()
    act = models.TextField()
    detail = models.TextField(db_default="")

    class Meta:
        db_table = "quotes_step"
        constraints = [
            models.CheckConstraint(
                name="quotes_step_known", condition=Q(act__in=[act.value for act in QuoteAct])
            ),
        ]


class Rule(models.Model):
    """Up to which total one person of a company sends quotes alone, in its currency."""

    company_key = models.IntegerField(primary_key=True)
    limit_minor = models.BigIntegerField()
    currency = models.TextField()

    class Meta:
        db_table = "quotes_rule"
        constraints = [
            models.CheckConstraint(name="quotes_rule_limit", condition=Q(limit_minor__gte=0)),
        ]
