"""The tables of carts."""

from django.db import models
from django.db.models import F, Q

from quanqu.sell.carts.contracts import CartKind, CartState


class Cart(models.Model):
    """A cart.

    `told_at`: when it was told to be left lying, None since it was touched.  `ends_at`: when it
    expires if nobody touches it.  `order_id`: the order it became.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    kind = models.TextField()
    state = models.TextField()
    currency = models.TextField()
    subject_key = models.BigIntegerField(null=True)
    share_code = models.TextField(db_default="")
    order_id = models.UUIDField(null=True, unique=True)
    merged_into = models.UUIDField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "carts_cart"
        indexes = [
            models.Index("place_key", F("key").desc(), name="carts_cart_newest"),
            models.Index(
                "touched_at",
                name="carts_cart_lying",
                condition=Q(state=CartState.OPEN.value, told_at__isnull=True),
            ),
            models.Index(
                "ends_at", name="carts_cart_ending", condition=Q(state=CartState.OPEN.value)
            ),
            models.Index(
                "subject_key", name="carts_cart_subject", condition=Q(subject_key__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="carts_cart_state_known",
                condition=Q(state__in=[state.value for state in CartState]),
            ),
            models.CheckConstraint(
                name="carts_cart_kind_known",
                condition=Q(kind__in=[kind.value for kind in CartKind]),
            ),
            models.CheckConstraint(
                name="carts_cart_placed_has_order",
                condition=~Q(state=CartState.PLACED.value) | Q(order_id__isnull=False),
            ),
            models.UniqueConstraint(
                "place_key",
                "subject_key",
                name="carts_cart_one_open",
                condition=Q(
                    state__in=[CartState.OPEN.value, CartState.PLACING.value],
                    kind=CartKind.SHOPPER.value,
                    subject_key__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                "share_code", name="carts_cart_share", condition=~Q(share_code="")
            ),
        ]


class Line(models.Model):
    """A line of a cart: an item, from a wished place or from anywhere (0)."""

    pk = models.CompositePrimaryKey("cart_key", "variant_key", "place_key")
    cart_key = models.BigIntegerField()
    variant_key = models.BigIntegerField()
    place_key = models.IntegerField(db_default=0)
    quantity = models.BigIntegerField()
    is_saved = models.BooleanField(db_default=False)
    is_gift = models.BooleanField(db_default=False)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "carts_line"
        constraints = [
            models.CheckConstraint(name="carts_line_quantity", condition=Q(quantity__gt=0)),
        ]
