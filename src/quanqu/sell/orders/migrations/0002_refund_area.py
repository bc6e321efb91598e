"""Refunds carry a country, region and city; the lake reads those there are again."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def publish_again(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark the refunds whole: what is in the lake has no area yet."""
    del schema_editor
    if apps.get_model("orders", "Refund").objects.exists():
        apps.get_model("lake", "LakeDirty").objects.create(publication="fact_refund", partition="")


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("lake", "0001_initial")]

    operations = [
        *(
            migrations.AddField("refund", name, models.TextField(default=""))
            for name in ("country", "region", "city")
        ),
        migrations.RunPython(publish_again, migrations.RunPython.noop),
    ]
