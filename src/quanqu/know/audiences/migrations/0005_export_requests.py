import django.db.models.deletion
from django.db import migrations, models

import quanqu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("audiences", "0004_lists")]

    operations = [
        migrations.CreateModel(
            name="AudienceExportPolicy",
            fields=[
                ("key", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("most_alone", models.IntegerField(default=5000)),
            ],
            options={
                "db_table": "audiences_export_policy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key", 1), ("most_alone__range", (0, 1000000))),
                        name="audiences_export_policy_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AudienceExport",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(
                        default=quanqu.kernel.ids.new_id, editable=False, unique=True
                    ),
                ),
                ("format", models.TextField()),
                ("purpose", models.TextField()),
                ("channel", models.TextField()),
                ("people", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("asked_by", models.TextField()),
                ("asked_name", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.TextField()),
                ("decided_by", models.TextField(default="")),
                ("decided_name", models.TextField(default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
                ("until", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "audience",
                    models.ForeignKey(
                        db_column="audience_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audience",
                    ),
                ),
            ],
            options={
                "db_table": "audiences_export",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "approved", "refused", "withdrawn", "fetched"],
                            )
                        ),
                        name="audiences_export_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("decided_by")), _negated=True),
                        name="audiences_export_four_eyes",
                    ),
                ],
            },
        ),
    ]
