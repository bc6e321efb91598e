import django.db.models.deletion
import quanqu.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0006_computed_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkedTag",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(default=quanqu.kernel.ids.new_id, editable=False, unique=True),
                ),
                ("version", models.IntegerField(default=1)),
                ("every", models.TextField(default="hour")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("stale_at", models.DateTimeField(null=True)),
                (
                    "tag",
                    models.OneToOneField(
                        db_column="tag_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.tag",
                    ),
                ),
            ],
            options={
                "db_table": "tags_tag",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("every__in", ("hour", "day", "never"))),
                        name="tags_tag_every",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TagVersion",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("definition", models.JSONField()),
                ("saved_by", models.TextField()),
                ("saved_at", models.DateTimeField()),
                (
                    "worked",
                    models.ForeignKey(
                        db_column="worked_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tags.workedtag",
                    ),
                ),
            ],
            options={
                "db_table": "tags_version",
                "constraints": [
                    models.UniqueConstraint(fields=("worked", "number"), name="tags_version_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="TagRefresh",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("as_of", models.DateField(null=True)),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.BigIntegerField(default=0)),
                ("customers", models.BigIntegerField(default=0)),
                ("everybody", models.BigIntegerField(default=0)),
                ("entered", models.BigIntegerField(default=0)),
                ("left", models.BigIntegerField(default=0)),
                ("changed", models.BigIntegerField(default=0)),
                ("error", models.TextField(default="")),
                (
                    "worked",
                    models.ForeignKey(
                        db_column="worked_key",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tags.workedtag",
                    ),
                ),
            ],
            options={
                "db_table": "tags_refresh",
                "indexes": [
                    models.Index(
                        models.F("worked"),
                        models.OrderBy(models.F("key"), descending=True),
                        name="tags_last_refresh",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TagAnswer",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("subject_key", models.BigIntegerField()),
                ("is_worn", models.BooleanField()),
                ("is_right", models.BooleanField()),
                ("answered_by", models.TextField()),
                ("answered_at", models.DateTimeField()),
                (
                    "worked",
                    models.ForeignKey(
                        db_column="worked_key",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tags.workedtag",
                    ),
                ),
            ],
            options={
                "db_table": "tags_answer",
                "indexes": [
                    models.Index(fields=["worked", "version"], name="tags_answers"),
                    models.Index(fields=["subject_key"], name="tags_answers_of"),
                ],
            },
        ),
    ]
