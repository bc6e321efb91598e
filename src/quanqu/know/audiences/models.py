"""The tables of know.audiences."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quanqu.infra.auth.contracts import Scope
from quanqu.kernel.ids import new_id
from quanqu.know.audiences.contracts import MOST_ALONE


class AudienceQuerySet(models.QuerySet["Audience"]):
    """Audiences, narrowed to a scope."""

    def visible_to(self, scope: Scope) -> "AudienceQuerySet":
        """Keep the audiences made over no more than the scope; one over no place is nobody's."""
        if scope.everything:
            return self
        return self.filter(places__len__gt=0, places__contained_by=sorted(scope.places))


class Audience(models.Model):
    """A saved audience; `places` is the scope it is worked out in, null for everything."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    name = models.TextField()
    description = models.TextField(default="")
    places = ArrayField(models.IntegerField(), null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        db_table = "audiences_audience"


class AudienceVersion(models.Model):
    """One saved state of an audience's definition; never changed."""

    key = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        "audiences.Audience", models.PROTECT, db_column="audience_key", related_name="+"
    )
    number = models.IntegerField()
    definition = models.JSONField()
    saved_by = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "audiences_version"
        constraints = [
            models.UniqueConstraint(fields=["audience", "number"], name="audiences_version_unique")
        ]


class AudienceRefresh(models.Model):
    """One working out of the members."""

    key = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        "audiences.Audience", models.PROTECT, db_column="audience_key", related_name="+"
    )
    version = models.IntegerField()
    as_of = models.DateField()
    refreshed_at = models.DateTimeField()
    members = models.BigIntegerField()
    entered = models.BigIntegerField()
    left = models.BigIntegerField()

    class Meta:
        db_table = "audiences_refresh"
        indexes = [models.Index("audience", models.F("key").desc(), name="audiences_last_refresh")]


class AudienceMember(models.Model):
    """One stay of a customer in an audience."""

    key = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        "audiences.Audience",
        models.PROTECT,
        db_column="audience_key",
        related_name="+",
        db_index=False,
    )
    customer_key = models.BigIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audiences_member"
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "customer_key"],
                condition=models.Q(left_at__isnull=True),
                name="audiences_member_now",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("entered_at")),
                name="audiences_member_span",
            ),
        ]
        indexes = [models.Index("customer_key", name="audiences_of_customer")]


class AudienceChange(models.Model):
    """A customer came into an audience or left it: the feed, in the order of the keys.

    `reasons` are the JSON paths of the rules that turned; empty when that is not known.
    """

    key = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        "audiences.Audience",
        models.PROTECT,
        db_column="audience_key",
        related_name="+",
        db_index=False,
    )
    customer_key = models.BigIntegerField()
    has_entered = models.BooleanField()
    version = models.IntegerField()
    changed_at = models.DateTimeField()
    reasons = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "audiences_change"
        indexes = [
            models.Index("audience", "key", name="audiences_feed"),
            models.Index("customer_key", name="audiences_change_of"),
        ]


class AudiencePastSize(models.Model):
    """How many the rules of a version find as of a past day: what a forecast is made of."""

    key = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        "audiences.Audience",
        models.PROTECT,
        db_column="audience_key",
        related_name="+",
        db_index=False,
    )
    version = models.IntegerField()
    as_of = models.DateField()
    members = models.BigIntegerField()
    worked_out_at = models.DateTimeField()

    class Meta:
        db_table = "audiences_past_size"
        constraints = [
            models.UniqueConstraint(fields=["audience", "as_of"], name="audiences_past_size_unique")
        ]


class AudienceListQuerySet(models.QuerySet["AudienceList"]):
    """Lists, narrowed to a scope."""

    def visible_to(self, scope: Scope) -> "AudienceListQuerySet":
        """Keep the lists made over no more than the scope; one over no place is nobody's."""
        if scope.everything:
            return self
        return self.filter(places__len__gt=0, places__contained_by=sorted(scope.places))


class AudienceList(models.Model):
    """A list of customers: the snapshot of an audience, or an upload; without its own audience it
    is a draft.  `left_out` are the numbers of the rows that name nobody, by reason."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.TextField()
    places = ArrayField(models.IntegerField(), null=True)
    audience = models.OneToOneField(
        "audiences.Audience",
        models.PROTECT,
        db_column="audience_key",
        related_name="+",
        null=True,
    )
    source = models.ForeignKey(
        "audiences.Audience",
        models.PROTECT,
        db_column="source_key",
        related_name="+",
        null=True,
        db_index=False,
    )
    source_version = models.IntegerField(null=True)
    taken_on = models.DateField(null=True)
    read = models.IntegerField(default=0)
    columns = ArrayField(models.TextField(), default=list)
    left_out = models.JSONField(default=dict)
    made_by = models.TextField()
    made_at = models.DateTimeField()

    objects = AudienceListQuerySet.as_manager()

    class Meta:
        db_table = "audiences_list"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["snapshot", "upload"]), name="audiences_list_kind"
            )
        ]


class AudienceListed(models.Model):
    """An identifier on a list: whoever owns it is on the list, also after a merge or a split."""

    pk = models.CompositePrimaryKey("list_id", "subject_key")
    list = models.ForeignKey(
        "audiences.AudienceList",
        models.PROTECT,
        db_column="list_key",
        related_name="+",
        db_index=False,
    )
    subject_key = models.BigIntegerField()

    class Meta:
        db_table = "audiences_listed"
        indexes = [models.Index("subject_key", name="audiences_listed_subject")]


class AudienceExportPolicy(models.Model):
    """The one row of how many people one person may hand out alone, in clear or hashed."""

    key = models.SmallIntegerField(primary_key=True, default=1)
    most_alone = models.IntegerField(default=MOST_ALONE)

    class Meta:
        db_table = "audiences_export_policy"
        constraints = [
            models.CheckConstraint(
                name="audiences_export_policy_one",
                condition=models.Q(key=1) & models.Q(most_alone__range=(0, 1_000_000)),
            )
        ]


class AudienceExport(models.Model):
    """A request to hand out more people's contacts than one person may; `until` ends its step."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    audience = models.ForeignKey(
        "audiences.Audience", models.PROTECT, db_column="audience_key", related_name="+"
    )
    format = models.TextField()
    purpose = models.TextField()
    channel = models.TextField()
    people = models.BigIntegerField()
    reason = models.TextField()
    asked_by = models.TextField()
    asked_name = models.TextField()
    asked_at = models.DateTimeField()
    state = models.TextField()
    decided_by = models.TextField(default="")
    decided_name = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
    until = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audiences_export"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "approved", "refused", "withdrawn", "fetched"]
                ),
                name="audiences_export_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("decided_by")),
                name="audiences_export_four_eyes",
            ),
        ]


class AudienceWebhook(models.Model):
    """Where an audience's people are told to: up to which customer and which change they were.

    `whole_after` is None once all members have been told; `next_at` None means at once.
    """

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    audience = models.ForeignKey(
        "audiences.Audience", models.PROTECT, db_column="audience_key", related_name="+"
    )
    url = models.TextField()
    secret_enc = models.BinaryField()
    contents = models.TextField()
    purpose = models.TextField(default="")
    channel = models.TextField(default="")
    state = models.TextField()
    message = models.TextField(default="")
    made_by = models.TextField()
    made_name = models.TextField()
    made_at = models.DateTimeField()
    whole_after = models.BigIntegerField(null=True)
    feed_after = models.BigIntegerField()
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audiences_webhook"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "active", "paused", "stopped"])
                & models.Q(contents__in=["ids", "hashed", "clear"]),
                name="audiences_webhook_words",
            )
        ]


class AudienceDelivery(models.Model):
    """One call of a webhook: customers (whole) or changes with keys above `after_key`, up to
    `last_key`; its id is the message's, at every try."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    webhook = models.ForeignKey(
        "audiences.AudienceWebhook", models.PROTECT, db_column="webhook_key", related_name="+"
    )
    is_whole = models.BooleanField()
    after_key = models.BigIntegerField()
    last_key = models.BigIntegerField()
    people = models.IntegerField(default=0)
    left_out = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    status = models.IntegerField(null=True)
    error = models.TextField(default="")
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()

    class Meta:
        db_table = "audiences_delivery"
        constraints = [
            models.UniqueConstraint(
                fields=["webhook"],
                condition=models.Q(delivered_at__isnull=True),
                name="audiences_delivery_one_open",
            )
        ]
