"""The tables of know.customers. Facts elsewhere carry `Identifier.key` as their subject key."""

from typing import Any

from django.db import models

from quanqu.infra.auth.contracts import Scope
from quanqu.kernel.ids import new_id
from quanqu.know.customers.contracts import KINDS


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Live customers, narrowed to a scope through presence."""

    def visible_to(self, scope: Scope) -> "CustomerQuerySet":
        """Keep the live customers that were seen at a place of the scope."""
        live = self.filter(merged_into_key__isnull=True)
        return live if scope.everything else live.seen_at(scope.places)

    def seen_at(self, places: Any) -> "CustomerQuerySet":
        """Keep the customers one of whose identifiers was seen at one of the places."""
        seen = Presence.objects.filter(place_key__in=list(places)).filter(
            subject__customer_id=models.OuterRef("key")
        )
        return self.filter(models.Exists(seen))


class Customer(models.Model):
    """One person or household: the component of identifiers whose smallest key is its key.

    A merged customer keeps its row, pointing at the one it went into, so that it can come back.
    """

    key = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    country = models.TextField(null=True)  # noqa: DJ001 - unknown is not the empty text
    first_seen_at = models.DateTimeField()
    merged_into_key = models.BigIntegerField(null=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        db_table = "customers_customer"
        indexes = [
            models.Index(
                models.F("first_seen_at").desc(),
                models.F("key").desc(),
                condition=models.Q(merged_into_key__isnull=True),
                name="customers_newest",
            ),
            models.Index("country", name="customers_by_country"),
        ]


class Identifier(models.Model):
    """One identifier: hashed to be found, encrypted to be revealed, assigned to a customer."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    type = models.TextField()
    value_hash = models.BinaryField()
    value_enc = models.BinaryField()
    part_hash = models.BinaryField(null=True)
    hint = models.TextField()
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, db_column="customer_key", related_name="+"
    )
    anchor_key = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        db_table = "customers_identifier"
        constraints = [
            models.UniqueConstraint(
                fields=["type", "value_hash"], name="customers_identifier_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=list(KINDS)), name="customers_identifier_type"
            ),
        ]
        indexes = [
            models.Index(
                "part_hash",
                name="customers_by_part",
                condition=models.Q(part_hash__isnull=False),
            )
        ]


class Evidence(models.Model):
    """Why two identifiers are one customer's; `left` is the smaller key."""

    key = models.BigAutoField(primary_key=True)
    left = models.ForeignKey(
        "customers.Identifier",
        models.PROTECT,
        db_column="left_key",
        related_name="+",
        db_index=False,
    )
    right = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="right_key", related_name="+"
    )
    source = models.TextField()
    rule = models.TextField()
    confidence = models.FloatField()
    event_ref = models.TextField(null=True)  # noqa: DJ001 - absent is not the empty text
    observed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["left", "right", "source", "rule"], name="customers_evidence_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="customers_evidence_order"
            ),
        ]


class IdentityChange(models.Model):
    """The trail of merges and splits."""

    key = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    kept = models.ForeignKey(
        "customers.Customer", models.PROTECT, db_column="kept_key", related_name="+"
    )
    other = models.ForeignKey(
        "customers.Customer", models.PROTECT, db_column="other_key", related_name="+"
    )
    cause = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "customers_change"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["merge", "split"]), name="customers_change_kind"
            )
        ]


class SubjectProfile(models.Model):
    """What one identifier's records said of the person; `seen` holds time, source and mark of
    each field, `traits` [value, time, source] of each trait."""

    subject = models.OneToOneField(
        "customers.Identifier",
        models.PROTECT,
        db_column="subject_key",
        primary_key=True,
        related_name="+",
    )
    name = models.BinaryField(null=True)
    email = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)
    street = models.BinaryField(null=True)
    city = models.TextField(null=True)  # noqa: DJ001 - unknown is not the empty text
    region = models.TextField(null=True)  # noqa: DJ001
    postcode = models.TextField(null=True)  # noqa: DJ001
    country = models.TextField(null=True)  # noqa: DJ001
    language = models.TextField(null=True)  # noqa: DJ001
    gender = models.TextField(null=True)  # noqa: DJ001
    birth_on = models.DateField(null=True)
    company_name = models.TextField(null=True)  # noqa: DJ001
    member_since_on = models.DateField(null=True)
    traits = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)

    class Meta:
        db_table = "customers_profile"


class Presence(models.Model):
    """A customer's identifier was seen at a place: what scope is decided by."""

    pk = models.CompositePrimaryKey("place_key", "subject_id")
    place_key = models.IntegerField()
    subject = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="subject_key", related_name="+"
    )

    class Meta:
        db_table = "customers_presence"


class Tag(models.Model):
    """A word people hang on customers."""

    key = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "customers_tag"


class CustomerTag(models.Model):
    """A tag on a customer; kept under the customer's key at the time, so a merge unites and a
    split parts the tags again."""

    pk = models.CompositePrimaryKey("tag_id", "subject_id")
    tag = models.ForeignKey("customers.Tag", models.PROTECT, db_column="tag_key", related_name="+")
    subject = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="subject_key", related_name="+"
    )
    added_by = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "customers_tagging"
