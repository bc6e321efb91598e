import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import quanqu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("audiences", "0003_past_sizes")]

    operations = [
        migrations.CreateModel(
            name="AudienceList",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(default=quanqu.kernel.ids.new_id, editable=False, unique=True),
                ),
                ("kind", models.TextField()),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True, size=None
                    ),
                ),
                ("source_version", models.IntegerField(null=True)),
                ("taken_on", models.DateField(null=True)),
                ("read", models.IntegerField(default=0)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("left_out", models.JSONField(default=dict)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "audience",
                    models.OneToOneField(
                        db_column="audience_key",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audience",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_column="source_key",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audience",
                    ),
                ),
            ],
            options={
                "db_table": "audiences_list",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["snapshot", "upload"])),
                        name="audiences_list_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AudienceListed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "list_id",
                        "subject_key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_key", models.BigIntegerField()),
                (
                    "list",
                    models.ForeignKey(
                        db_column="list_key",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audiencelist",
                    ),
                ),
            ],
            options={
                "db_table": "audiences_listed",
                "indexes": [models.Index(models.F("subject_key"), name="audiences_listed_subject")],
            },
        ),
    ]
