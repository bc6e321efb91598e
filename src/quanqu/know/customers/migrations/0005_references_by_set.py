"""Evidence refers to identifiers and they to customers as before, but the database checks it once a
statement and not once a row: foreign keys took a fifth of a load's time (ADR 0018)."""

import django.db.models.deletion
from django.db import migrations, models



def _checker(name: str, missing: str, told: str, constraint: str) -> str:
    """Write a function that refuses a statement for which a query finds a key."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE missing bigint;
BEGIN
    {missing} LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{told}', missing
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{constraint}';
    END IF;
    RETURN NULL;
END $$
"""


# nested loops: of a table with millions of rows, what a few rows need is looked up
_CHECKERS = [
    _checker(
        "customers_evidence_refers",
        "SELECT f.key INTO missing "
        "FROM (SELECT left_key AS key FROM fresh UNION ALL SELECT right_key FROM fresh) f "
        "WHERE NOT EXISTS (SELECT FROM customers_identifier i WHERE i.key = f.key)",
        "evidence names identifier %, which does not exist",
        "customers_evidence_refers",
    ),
    _checker(
        "customers_identifier_refers",
        "SELECT f.customer_key INTO missing FROM fresh f "
        "WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.key = f.customer_key)",
        "an identifier names customer %, which does not exist",
        "customers_identifier_refers",
    ),
    _checker(
        "customers_identifier_kept",
        "SELECT g.key INTO missing FROM gone g "
        "WHERE NOT EXISTS (SELECT FROM customers_identifier i WHERE i.key = g.key) "
        "AND (EXISTS (SELECT FROM customers_evidence e WHERE e.left_key = g.key) "
        "OR EXISTS (SELECT FROM customers_evidence e WHERE e.right_key = g.key))",
        "identifier % still has evidence",
        "customers_evidence_refers",
    ),
    _checker(
        "customers_customer_kept",
        "SELECT g.key INTO missing FROM gone g "
        "WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.key = g.key) "
        "AND EXISTS (SELECT FROM customers_identifier i WHERE i.customer_key = g.key)",
        "customer % still has identifiers",
        "customers_identifier_refers",
    ),
]
_TRIGGERS = [
    ("customers_evidence_refers_new", "INSERT", "evidence", "NEW TABLE AS fresh", "evidence_refers"),
    ("customers_evidence_refers_moved", "UPDATE", "evidence", "NEW TABLE AS fresh", "evidence_refers"),
    ("customers_identifier_refers_new", "INSERT", "identifier", "NEW TABLE AS fresh", "identifier_refers"),
    ("customers_identifier_refers_moved", "UPDATE", "identifier", "NEW TABLE AS fresh", "identifier_refers"),
    ("customers_identifier_kept", "DELETE", "identifier", "OLD TABLE AS gone", "identifier_kept"),
    ("customers_customer_kept", "DELETE", "customer", "OLD TABLE AS gone", "customer_kept"),
]


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
        migrations.AlterField(
            model_name="identifier",
            name="customer",
            field=models.ForeignKey(
                db_column="customer_key",
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.RemoveIndex(model_name="customer", name="customers_by_country"),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                "country",
                condition=models.Q(("country__isnull", False)),
                name="customers_by_country",
            ),
        ),
        migrations.RunSQL(
            sql=[
                *_CHECKERS,
                *(
                    f"CREATE TRIGGER {name} AFTER {what} ON customers_{table} REFERENCING {rows} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION customers_{function}()"
                    for name, what, table, rows, function in _TRIGGERS
                ),
            ],
            reverse_sql=[
                *(f"DROP TRIGGER {name} ON customers_{table}" for name, _, table, *_ in _TRIGGERS),
                "DROP FUNCTION customers_customer_kept()",
                "DROP FUNCTION customers_identifier_kept()",
                "DROP FUNCTION customers_identifier_refers()",
                "DROP FUNCTION customers_evidence_refers()",
            ],
        ),
    ]
