"""The ledger and the texts are for ever: the database refuses to change or remove a row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE FUNCTION consent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
                " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
                " USING ERRCODE = 'integrity_constraint_violation'; END $$",
                "CREATE TRIGGER consent_record_append_only BEFORE UPDATE OR DELETE"
                " ON consent_record FOR EACH ROW EXECUTE FUNCTION consent_append_only()",
                "CREATE TRIGGER consent_text_append_only BEFORE UPDATE OR DELETE"
                " ON consent_text FOR EACH ROW EXECUTE FUNCTION consent_append_only()",
            ],
            reverse_sql=[
                "DROP TRIGGER consent_text_append_only ON consent_text",
                "DROP TRIGGER consent_record_append_only ON consent_record",
                "DROP FUNCTION consent_append_only()",
            ],
        )
    ]
