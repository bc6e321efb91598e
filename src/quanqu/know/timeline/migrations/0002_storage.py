"""How the tables of the inbox are kept: no second compression, early vacuum, no log for buckets."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                "ALTER TABLE timeline_inbox ALTER COLUMN body SET STORAGE EXTERNAL",
                "ALTER TABLE timeline_inbox SET (autovacuum_vacuum_scale_factor = 0,"
                " autovacuum_vacuum_threshold = 2000, toast.autovacuum_vacuum_scale_factor = 0,"
                " toast.autovacuum_vacuum_threshold = 20000)",
                "ALTER TABLE timeline_failed_event ALTER COLUMN payload SET STORAGE EXTERNAL",
                "ALTER TABLE timeline_rate_bucket SET UNLOGGED",
                "ALTER TABLE timeline_rate_bucket SET (fillfactor = 50)",
            ],
            reverse_sql=[
                "ALTER TABLE timeline_rate_bucket SET LOGGED",
            ],
        )
    ]
