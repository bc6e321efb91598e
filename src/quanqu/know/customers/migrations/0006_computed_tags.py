import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_references_by_set"),
    ]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="kind",
            field=models.TextField(db_default="hand", default="hand"),
        ),
        migrations.AddField(
            model_name="tag",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("hand", "rule", "statistic"))),
                name="customers_tag_kind",
            ),
        ),
        migrations.AddField(
            model_name="customertag",
            name="value_text",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="customertag",
            name="value_number",
            field=models.FloatField(null=True),
        ),
        migrations.CreateModel(
            name="PastTag",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("value_text", models.TextField(null=True)),
                ("value_number", models.FloatField(null=True)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_column="subject_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.identifier",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_column="tag_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.tag",
                    ),
                ),
            ],
            options={
                "db_table": "customers_tag_past",
            },
        ),
    ]
