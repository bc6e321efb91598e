"""Open pairs are found by either side; the unique key leads to the left one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "pair",
            models.Index(
                fields=["right_key"],
                name="matching_pair_open_right",
                condition=models.Q(state="open"),
            ),
        ),
    ]
