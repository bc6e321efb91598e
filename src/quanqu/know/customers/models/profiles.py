"""What is known of the person behind an identifier, and the tags hung on customers."""

from django.db import models


class SubjectProfile(models.Model):
    """What one identifier's records said of the person; `seen` holds time, source and mark of
    each field, `traits` [value, time, source] of each trait, `told` by field and source [time,
    value, mark] of what other sources told (contact fields sealed, base 64), `first` by field
    [time, value, mark, source] of what was told first, where that is not the value itself."""

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
    told = models.JSONField(default=dict, db_default={})
    first = models.JSONField(default=dict, db_default={})

    class Meta:
        db_table = "customers_profile"


class Tag(models.Model):
    """A word hung on customers by people, or worked out by a rule or a statistic (`kind`); what it
    means and who looks after it."""

    key = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    kind = models.TextField(default="hand", db_default="hand")
    description = models.TextField(blank=True, default="", db_default="")
    owner = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_tag"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("hand", "rule", "statistic")),
                name="customers_tag_kind",
            )
        ]


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
    value_text = models.TextField(null=True)  # noqa: DJ001 - no value is not the empty text
    value_number = models.FloatField(null=True)

    class Meta:
        db_table = "customers_tagging"


class PastTag(models.Model):
    """A tag that was on a customer, with the value it had, from when until when."""

    key = models.BigAutoField(primary_key=True)
    tag = models.ForeignKey("customers.Tag", models.PROTECT, db_column="tag_key", related_name="+")
    subject = models.ForeignKey(
        "customers.Identifier", models.PROTECT, db_column="subject_key", related_name="+"
    )
    value_text = models.TextField(null=True)  # noqa: DJ001 - no value is not the empty text
    value_number = models.FloatField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        db_table = "customers_tag_past"
