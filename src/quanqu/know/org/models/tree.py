"""The tree of units, and what a place has beyond being one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from quanqu.kernel.ids import new_id
from quanqu.know.org.contracts import ChannelCode, PlaceType, UnitKind


class Unit(models.Model):
    """A node of the tree; `path` is the keys from the root to itself, as in `1.4.9.`."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_column="parent_key"
    )
    path = models.CharField(max_length=120, unique=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="org_unit_kind_known", condition=Q(kind__in=[kind.value for kind in UnitKind])
            ),
            models.CheckConstraint(
                name="org_unit_only_group_is_root",
                condition=Q(kind=UnitKind.GROUP.value, parent__isnull=True)
                | (~Q(kind=UnitKind.GROUP.value) & Q(parent__isnull=False)),
            ),
            models.CheckConstraint(
                name="org_unit_currency_is_code",
                condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="org_unit_currency_needed",
                condition=Q(kind=UnitKind.BRAND.value) | ~Q(currency=""),
            ),
            models.CheckConstraint(name="org_unit_code_not_blank", condition=~Q(code="")),
            models.UniqueConstraint(
                name="org_unit_one_group", fields=["kind"], condition=Q(kind=UnitKind.GROUP.value)
            ),
            models.UniqueConstraint(
                name="org_unit_code_of_kind",
                fields=["kind", "code"],
                condition=Q(kind__in=[UnitKind.BRAND.value, UnitKind.COMPANY.value]),
            ),
            models.UniqueConstraint(name="org_unit_code_in_parent", fields=["parent", "code"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Place(models.Model):
    """Where facts happen: a web shop, a store, a marketplace account, an app."""

    unit = models.OneToOneField(
        Unit, primary_key=True, on_delete=models.PROTECT, related_name="place", db_column="key"
    )
    place_type = models.CharField(max_length=16)
    channel = models.CharField(max_length=16, blank=True, default="")
    time_zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True, default="")
    region = models.CharField(max_length=120, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    is_simulated = models.BooleanField(default=False)
    catchment_km = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    catchment_postcodes = ArrayField(models.TextField(), default=list, db_default=[])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="org_place_type_known",
                condition=Q(place_type__in=[kind.value for kind in PlaceType]),
            ),
            models.CheckConstraint(
                name="org_place_channel_known",
                condition=Q(channel__in=[code.value for code in ChannelCode])
                | Q(
                    channel="",
                    place_type__in=[PlaceType.WAREHOUSE.value, PlaceType.SUPPLIER.value],
                ),
            ),
            models.CheckConstraint(
                name="org_place_country_is_code",
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"),
            ),
            models.CheckConstraint(
                name="org_place_on_the_globe",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
            models.CheckConstraint(
                name="org_place_catchment_round_a_point",
                condition=Q(catchment_km__isnull=True)
                | Q(catchment_km__gt=0, latitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)
