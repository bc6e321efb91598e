import django.db.models.deletion
from django.db import migrations, models

import quanqu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("audiences", "0005_export_requests")]

    operations = [
        migrations.CreateModel(
            name="AudienceWebhook",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(
                        default=quanqu.kernel.ids.new_id, editable=False, unique=True
                    ),
                ),
                ("url", models.TextField()),
                ("secret_enc", models.BinaryField()),
                ("contents", models.TextField()),
                ("purpose", models.TextField(default="")),
                ("channel", models.TextField(default="")),
                ("state", models.TextField()),
                ("message", models.TextField(default="")),
                ("made_by", models.TextField()),
                ("made_name", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("whole_after", models.BigIntegerField(null=True)),
                ("feed_after", models.BigIntegerField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
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
                "db_table": "audiences_webhook",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "active", "paused", "stopped"]),
                            ("contents__in", ["ids", "hashed", "clear"]),
                        ),
                        name="audiences_webhook_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AudienceDelivery",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(
                        default=quanqu.kernel.ids.new_id, editable=False, unique=True
                    ),
                ),
                ("is_whole", models.BooleanField()),
                ("after_key", models.BigIntegerField()),
                ("last_key", models.BigIntegerField()),
                ("people", models.IntegerField(default=0)),
                ("left_out", models.JSONField(default=dict)),
                ("attempts", models.IntegerField(default=0)),
                ("status", models.IntegerField(null=True)),
                ("error", models.TextField(default="")),
                ("made_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField()),
                (
                    "webhook",
                    models.ForeignKey(
                        db_column="webhook_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audiencewebhook",
                    ),
                ),
            ],
            options={
                "db_table": "audiences_delivery",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("delivered_at__isnull", True)),
                        fields=("webhook",),
                        name="audiences_delivery_one_open",
                    )
                ],
            },
        ),
    ]
