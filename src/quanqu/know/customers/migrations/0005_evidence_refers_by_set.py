"""Evidence refers to identifiers as before, but the database checks it once a statement and not
once a row: a foreign key's checks of two million pieces took a third of resolving a million
profiles (ADR 0018)."""

import django.db.models.deletion
from django.db import migrations, models

_REFERS = """
CREATE FUNCTION customers_evidence_refers() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE missing bigint;
BEGIN
    SELECT f.key INTO missing
    FROM (SELECT left_key AS key FROM fresh UNION ALL SELECT right_key FROM fresh) f
    WHERE NOT EXISTS (SELECT FROM customers_identifier i WHERE i.key = f.key) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'evidence names identifier %, which does not exist', missing
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'customers_evidence_refers';
    END IF;
    RETURN NULL;
END $$
"""
_KEPT = """
CREATE FUNCTION customers_identifier_kept() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE missing bigint;
BEGIN
    SELECT g.key INTO missing FROM gone g
    WHERE NOT EXISTS (SELECT FROM customers_identifier i WHERE i.key = g.key)
    AND (EXISTS (SELECT FROM customers_evidence e WHERE e.left_key = g.key)
         OR EXISTS (SELECT FROM customers_evidence e WHERE e.right_key = g.key)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'identifier % still has evidence', missing
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'customers_evidence_refers';
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_cheaper_identifier_indexes")]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="left",
            field=models.ForeignKey(
                db_column="left_key",
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.identifier",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="right",
            field=models.ForeignKey(
                db_column="right_key",
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.identifier",
            ),
        ),
        migrations.RunSQL(
            sql=[
                _REFERS,
                _KEPT,
                "CREATE TRIGGER customers_evidence_refers_new AFTER INSERT ON customers_evidence"
                " REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION customers_evidence_refers()",
                "CREATE TRIGGER customers_evidence_refers_moved AFTER UPDATE ON customers_evidence"
                " REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION customers_evidence_refers()",
                "CREATE TRIGGER customers_identifier_kept AFTER DELETE ON customers_identifier"
                " REFERENCING OLD TABLE AS gone"
                " FOR EACH STATEMENT EXECUTE FUNCTION customers_identifier_kept()",
            ],
            reverse_sql=[
                "DROP TRIGGER customers_identifier_kept ON customers_identifier",
                "DROP TRIGGER customers_evidence_refers_moved ON customers_evidence",
                "DROP TRIGGER customers_evidence_refers_new ON customers_evidence",
                "DROP FUNCTION customers_identifier_kept()",
                "DROP FUNCTION customers_evidence_refers()",
            ],
        ),
    ]
