"""Every column is declared: personal with its class, or not. Jobs and events carry keys alone."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields

from django.apps import apps
from tests.architecture.tree import functions, shown, source_files

from quanqu.infra.home.contracts import FOLDERS
from quanqu.infra.lake.facade import registered
from quanqu.infra.personal.contracts import Store, Treatment
from quanqu.infra.personal.facade import holdings, personal_holdings, undeclared
from quanqu.project.reference.modules import event_classes, load_everything

HINT = "say in the room's personal.py what these columns are: src/quanqu/infra/personal/README.md"
# what a job may be given: keys, ids, numbers, days, codes; and what an event may tell
ARGUMENT = re.compile(r"(.+_)?(key|keys|id|ids|number|day|code|name|now|days|table|version)")
TELLS_WHO = re.compile(r"mail|phone|address|street|birth|value|content|body|payload", re.IGNORECASE)


# tables without a model; tests/infra/personal/test_registry.py looks at the database itself
MODELLESS = {
    "django_migrations": frozenset({"id", "app", "name", "applied"}),
    "http_cache": frozenset({"cache_key", "value", "expires"}),
}


def stored() -> dict[str, frozenset[str]]:
    return MODELLESS | {
        model._meta.db_table: frozenset(f.column for f in model._meta.local_concrete_fields)
        for model in apps.get_models(include_auto_created=True)
    }


def published() -> dict[str, frozenset[str]]:
    return {table.name: frozenset(c.name for c in table.columns) for table in registered()}


def test_every_column_of_the_database_is_declared() -> None:
    assert undeclared(Store.TABLE, stored()) == [], HINT


def test_every_column_of_the_lake_is_declared() -> None:
    assert undeclared(Store.LAKE, published()) == [], HINT


def test_a_column_that_nobody_declared_is_named() -> None:
    tables = {**stored(), "orders_order": stored()["orders_order"] | {"gift_message"}}

    assert undeclared(Store.TABLE, tables) == ["orders_order.gift_message is not declared"]


def test_every_folder_of_the_home_is_told_of() -> None:
    files = {one.name.partition("/")[0] for one in holdings() if one.store is Store.FILES}

    assert set(FOLDERS) - files - {"lake", "run"} == set()


def test_what_an_erasure_changes_says_how_it_is_found_and_worked_on() -> None:
    silent = [
        one.code
        for one in personal_holdings()
        if not one.found_by
        or (one.work is None and one.treatment in {Treatment.DELETED, Treatment.ANONYMISED})
    ]

    assert silent == []


def test_who_the_customers_are_goes_last_of_the_tables() -> None:
    phases = {one.name: one.phase for one in holdings() if one.store is Store.TABLE}
    last = max(phases.values())

    assert phases["customers_customer"] == last
    assert phases["customers_identifier"] > phases["customers_profile"] > phases["orders_order"]
    assert phases["orders_orderaddress"] < phases["orders_order"]


def job_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in source_files():
        for node in functions(path):
            named = [d.func.id for d in node.decorator_list if _is_call(d)]
            if {"job", "periodic"} & set(named):
                yield shown(path, node.lineno), node


def _is_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_jobs_are_given_keys_alone() -> None:
    telling = [
        f"{place} {argument.arg}"
        for place, node in job_functions()
        for argument in node.args.kwonlyargs
        if not ARGUMENT.fullmatch(argument.arg)
    ]

    assert len(list(job_functions())) > 5
    assert telling == []


def test_events_of_the_outbox_carry_no_personal_data() -> None:
    telling = [
        f"{event.__qualname__}.{field.name}"
        for event in event_classes(load_everything())
        for field in fields(event)
        if TELLS_WHO.search(field.name)
    ]

    assert telling == []
