from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_scores"),
    ]

    operations = [
        migrations.AddField(
            model_name="subjectprofile",
            name="told",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name="SourceRank",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "version",
                        "field",
                        "source",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.IntegerField()),
                ("field", models.TextField()),
                ("source", models.TextField()),
                ("rank", models.IntegerField()),
            ],
            options={
                "db_table": "customers_source_rank",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rank__gt", 0)),
                        name="customers_source_rank_positive",
                    )
                ],
            },
        ),
    ]
