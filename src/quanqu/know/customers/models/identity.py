"""Identifiers, evidence, verdicts and the customers they make. Facts carry `Identifier.key`."""

from typing import Any

from django.contrib.postgres.indexes import BTreeIndex
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
    `is_contested`: links of it were refused, so new evidence is weighed with all of them.
    """

    key = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    country = models.TextField(null=True)  # noqa: DJ001 - unknown is not the empty text
    first_seen_at = models.DateTimeField()
    merged_into_key = models.BigIntegerField(null=True)
    is_contested = models.BooleanField(db_default=False)

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
            models.Index(
                "country",
                condition=models.Q(country__isnull=False),
                name="customers_by_country",
            ),
        ]


class Identifier(models.Model):
    """One identifier: hashed to be found, encrypted to be revealed, assigned to a customer.

    That the customer exists is checked by a trigger once a statement (ADR 0018), not once a row.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    type = models.TextField()
    value_hash = models.BinaryField()
    value_enc = models.BinaryField()
    part_hash = models.BinaryField(null=True)
    hint = models.TextField()
    namespace = models.TextField(null=True)  # noqa: DJ001 - most types have none
    barred = models.TextField(null=True)  # noqa: DJ001 - most are not
    barred_at = models.DateTimeField(null=True)
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        db_column="customer_key",
        related_name="+",
        db_constraint=False,
    )
    anchor_key = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        db_table = "customers_identifier"
        constraints = [
            models.UniqueConstraint(
                # the hash first: it alone decides nearly every comparison
                fields=["value_hash", "type"],
                name="customers_identifier_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=list(KINDS)), name="customers_identifier_type"
            ),
            models.CheckConstraint(
                condition=models.Q(barred__isnull=True)
                | models.Q(barred__in=["shared", "blocked"]),
                name="customers_identifier_barred",
            ),
        ]
        indexes = [
            # most parts are of one value: looking for equal ones at every full page costs more
            # than the room it saves
            BTreeIndex(
                fields=["part_hash"],
                name="customers_by_part",
                condition=models.Q(part_hash__isnull=False),
                deduplicate_items=False,
            ),
            models.Index(
                "barred_at", name="customers_barred", condition=models.Q(barred__isnull=False)
            ),
        ]


class Evidence(models.Model):
    """Why two identifiers are one customer's; `left` is the smaller key.

    That both exist is checked by a trigger once a statement (ADR 0018), not once a row.
    """

    key = models.BigAutoField(primary_key=True)
    left = models.ForeignKey(
        "customers.Identifier",
        models.PROTECT,
        db_column="left_key",
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    right = models.ForeignKey(
        "customers.Identifier",
        models.PROTECT,
        db_column="right_key",
        related_name="+",
        db_constraint=False,
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


class Presence(models.Model):
    """A customer's identifier was seen at a place: what scope is decided by."""

    pk = models.CompositePrimaryKey("place_key", "subject_id")
    place_key = models.IntegerField()
    subject = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="subject_key", related_name="+"
    )

    class Meta:
        db_table = "customers_presence"


class Apart(models.Model):
    """A verdict that two identifiers are not one person's; `left` is the smaller key.

    It holds until it is lifted, whatever is seen together meanwhile.
    """

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
    reason = models.TextField()
    at = models.DateTimeField()
    lifted_by = models.TextField(null=True)  # noqa: DJ001 - absent is not the empty text
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_apart"
        constraints = [
            models.UniqueConstraint(
                fields=["left", "right", "source"],
                condition=models.Q(lifted_at__isnull=True),
                name="customers_apart_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="customers_apart_order"
            ),
        ]


class Breach(models.Model):
    """A link that the rules refuse: the demoted identifier, the other one, and why."""

    key = models.BigAutoField(primary_key=True)
    demoted = models.ForeignKey(
        "customers.Identifier",
        models.PROTECT,
        db_column="demoted_key",
        related_name="+",
        db_index=False,
    )
    other = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="other_key", related_name="+"
    )
    reason = models.TextField()
    type = models.TextField()
    since = models.DateTimeField()

    class Meta:
        db_table = "customers_breach"
        constraints = [
            models.UniqueConstraint(fields=["demoted", "other"], name="customers_breach_unique"),
            models.CheckConstraint(
                condition=models.Q(reason__in=["limit", "apart"]), name="customers_breach_reason"
            ),
        ]
        indexes = [models.Index("since", "key", name="customers_breach_newest")]
