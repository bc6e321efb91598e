"""Import runs, mappings a company keeps, webhook connections and what they delivered."""

from django.db import models
from django.db.models import F, Q

from quanqu.doors.connectors.contracts import RunState
from quanqu.kernel.ids import new_id


class ImportRun(models.Model):
    """One import of one input; `cursor` says which feed and group comes next."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    state = models.CharField(max_length=10)
    is_dry_run = models.BooleanField(default=False)
    channel = models.CharField(max_length=40)
    mapping = models.CharField(max_length=200)
    mapping_version = models.PositiveIntegerField(default=1)
    mapping_data = models.JSONField(null=True)
    file_name = models.CharField(max_length=255)
    path = models.TextField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    company_key = models.IntegerField()
    company_code = models.CharField(max_length=64)
    place_key = models.IntegerField()
    place_code = models.CharField(max_length=64)
    allowed_places = models.JSONField(null=True)
    started_by = models.CharField(max_length=200)
    rows_total = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    entities = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    is_cancel_requested = models.BooleanField(default=False)
    error_code = models.CharField(max_length=60, blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connectors_run_state_known",
                condition=Q(state__in=[state.value for state in RunState]),
            ),
            models.CheckConstraint(
                name="connectors_run_done_sums",
                condition=~Q(state=RunState.DONE.value)
                | Q(rows_total=F("rows_accepted") + F("rows_rejected")),
            ),
        ]
        indexes = [
            models.Index(fields=["place_key", "-key"], name="connectors_run_place"),
            models.Index(fields=["sha256", "channel"], name="connectors_run_input"),
        ]


class SavedMapping(models.Model):
    """A version of a mapping a company keeps; versions are added, never changed."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="connectors_mapping_version", fields=["company_key", "name", "version"]
            ),
            models.CheckConstraint(name="connectors_mapping_named", condition=~Q(name="")),
        ]


class Connection(models.Model):
    """A shop that pushes to us: its place and the secret it signs with, encrypted."""

    key = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=40)
    place_key = models.IntegerField()
    company_key = models.IntegerField()
    secret_enc = models.BinaryField()
    is_enabled = models.BooleanField(default=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    last_delivery_at = models.DateTimeField(null=True)


class Delivery(models.Model):
    """A webhook as it arrived, kept encrypted before anything is done with it."""

    key = models.BigAutoField(primary_key=True)
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="+", db_column="connection_key"
    )
    delivery_id = models.CharField(max_length=100)
    topic = models.CharField(max_length=80)
    resource = models.CharField(max_length=100, blank=True, default="")
    changed_at = models.DateTimeField(null=True)
    body_enc = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="connectors_delivery_once", fields=["connection", "delivery_id"]
            )
        ]
        indexes = [
            models.Index(
                fields=["key"],
                name="connectors_delivery_waiting",
                condition=Q(processed_at__isnull=True),
            ),
            models.Index(
                fields=["connection", "resource", "-changed_at"],
                name="connectors_delivery_news",
                condition=Q(processed_at__isnull=False),
            ),
        ]
