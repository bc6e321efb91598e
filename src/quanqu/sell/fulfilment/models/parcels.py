"""Parcels, what is in them, and what became of them."""

from django.db import models
from django.db.models import Q

from quanqu.sell.fulfilment.contracts import ParcelState
from quanqu.sell.fulfilment.models.carriers import Carrier
from quanqu.sell.fulfilment.models.work import Work

_LEFT = [
    state.value
    for state in ParcelState
    if state not in {ParcelState.PACKED, ParcelState.LABELLED, ParcelState.CANCELLED}
]


class Parcel(models.Model):
    """A parcel of a part of an order.  `label_enc` and `proof_enc` name people and are sealed.

    `proof_photo`: the digest of a picture the carrier keeps.  `carrier_told`: who carries a
    parcel that somebody else packed and sent; what it weighs may be unknown then.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    work = models.ForeignKey(
        Work, on_delete=models.PROTECT, related_name="parcels", db_column="work_key"
    )
    order_id = models.UUIDField(db_index=True)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    subject_key = models.BigIntegerField(null=True)
    number = models.IntegerField()
    state = models.TextField()
    weight_g = models.IntegerField()
    length_mm = models.IntegerField(default=0)
    width_mm = models.IntegerField(default=0)
    height_mm = models.IntegerField(default=0)
    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, related_name="+", db_column="carrier_key"
    )
    carrier_told = models.TextField(default="", db_default="")
    service = models.TextField(default="")
    cost_minor = models.BigIntegerField(null=True)
    currency = models.TextField(default="")
    tracking_no = models.TextField(default="")
    label_enc = models.BinaryField(null=True)
    packed_at = models.DateTimeField()
    packed_by = models.TextField()
    labelled_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    proof_enc = models.BinaryField(null=True)
    proof_photo = models.TextField(default="")

    class Meta:
        db_table = "fulfilment_parcel"
        indexes = [
            models.Index(
                "subject_key",
                name="fulfilment_parcel_buyer",
                condition=Q(subject_key__isnull=False),
            ),
            models.Index("place_key", "left_at", name="fulfilment_parcel_left"),
        ]
        constraints = [
            models.UniqueConstraint(name="fulfilment_parcel_number", fields=["work", "number"]),
            models.UniqueConstraint(
                name="fulfilment_parcel_tracked",
                fields=["carrier", "tracking_no"],
                condition=~Q(tracking_no=""),
            ),
            models.CheckConstraint(
                name="fulfilment_parcel_state",
                condition=Q(state__in=_LEFT, left_at__isnull=False)
                | Q(
                    state__in=[
                        ParcelState.PACKED.value,
                        ParcelState.LABELLED.value,
                        ParcelState.CANCELLED.value,
                    ],
                    left_at__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="fulfilment_parcel_weight",
                condition=Q(weight_g__gt=0) | (Q(weight_g=0) & ~Q(carrier_told="")),
            ),
        ]


class ParcelLine(models.Model):
    """What of a line of an order is in a parcel."""

    pk = models.CompositePrimaryKey("parcel_id", "line_no")
    parcel = models.ForeignKey(
        Parcel, on_delete=models.PROTECT, related_name="lines", db_column="parcel_key"
    )
    line_no = models.IntegerField()
    variant_key = models.BigIntegerField()
    sku = models.TextField()
    name = models.TextField()
    quantity = models.BigIntegerField()

    class Meta:
        db_table = "fulfilment_parcel_line"
        constraints = [
            models.CheckConstraint(name="fulfilment_parcel_line_some", condition=Q(quantity__gt=0)),
        ]


class ParcelEvent(models.Model):
    """What a carrier, or a person, told of a parcel: never changed, each once by its id."""

    key = models.BigAutoField(primary_key=True)
    parcel = models.ForeignKey(
        Parcel, on_delete=models.PROTECT, related_name="events", db_column="parcel_key"
    )
    event_id = models.TextField()
    state = models.TextField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    told_by = models.TextField()
    location = models.TextField(default="")
    detail = models.TextField(default="")

    class Meta:
        db_table = "fulfilment_parcel_event"
        constraints = [
            models.UniqueConstraint(
                name="fulfilment_parcel_event_once", fields=["parcel", "event_id"]
            ),
        ]
