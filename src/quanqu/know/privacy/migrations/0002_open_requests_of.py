"""Open requests are found by whom they are about."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "request",
            GinIndex(
                fields=["customer_ids"],
                name="privacy_request_open_of",
                condition=models.Q(state__in=["received", "verified", "approved", "running"]),
            ),
        ),
    ]
