from django.db import migrations


class Migration(migrations.Migration):
    """Answers rest encrypted from now on; those of the last day, in clear text, are forgotten."""

    dependencies = [("http", "0001_initial")]

    operations = [
        migrations.RunSQL("TRUNCATE http_idempotent_answer", migrations.RunSQL.noop),
    ]
