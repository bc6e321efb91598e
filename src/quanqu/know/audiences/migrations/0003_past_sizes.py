import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audiences", "0002_change_feed")]

    operations = [
        migrations.CreateModel(
            name="AudiencePastSize",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("as_of", models.DateField()),
                ("members", models.BigIntegerField()),
                ("worked_out_at", models.DateTimeField()),
                (
                    "audience",
                    models.ForeignKey(
                        db_column="audience_key",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audiences.audience",
                    ),
                ),
            ],
            options={
                "db_table": "audiences_past_size",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("audience", "as_of"), name="audiences_past_size_unique"
                    )
                ],
            },
        ),
    ]
