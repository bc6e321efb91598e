"""The checks of references (0005) are planned for each statement: what a few rows need is looked up,
of a million both sides are read once.  A plan kept from a first call suited one of the two only."""

from importlib import import_module

from django.db import migrations

# a count, not a first row: the planner would look rows up one by one to find a first
_MISSING = {
    "customers_evidence_refers": (
        "SELECT max(f.key) FROM (SELECT left_key AS key FROM fresh "
        "UNION ALL SELECT right_key FROM fresh) f "
        "WHERE NOT EXISTS (SELECT FROM customers_identifier i WHERE i.key = f.key)",
        "evidence names identifier %, which does not exist",
        "customers_evidence_refers",
    ),
    "customers_identifier_refers": (
        "SELECT max(f.customer_key) FROM fresh f "
        "WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.key = f.customer_key)",
        "an identifier names customer %, which does not exist",
        "customers_identifier_refers",
    ),
}
_WRITTEN = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing bigint;
BEGIN
    EXECUTE $q${query}$q$ INTO missing;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION '{told}', missing
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{constraint}';
    END IF;
    RETURN NULL;
END $$
"""


def _as_before() -> list[str]:
    written = import_module("quanqu.know.customers.migrations.0005_references_by_set")._CHECKERS
    return [
        one.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        for one in written
        if any(f"{name}()" in one for name in _MISSING)
    ]


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_survivorship")]

    operations = [
        migrations.RunSQL(
            sql=[
                _WRITTEN.format(name=name, query=query, told=told, constraint=constraint)
                for name, (query, told, constraint) in _MISSING.items()
            ],
            reverse_sql=_as_before(),
        )
    ]
