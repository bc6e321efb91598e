"""A declaration that contradicts itself is refused at start."""

import pytest
from django.db import connection

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import (
    SqlWork,
    declare,
    holdings,
    personal_holdings,
    undeclared,
)

WORK = SqlWork("somewhere", "key = ANY(%(subjects)s)")


@pytest.mark.parametrize(
    "holding",
    [
        Holding("a", Store.TABLE, {"name": DataClass.CONTACT}, "key name", work=WORK),
        Holding("b", Store.TABLE, {"name": DataClass.CONTACT}),
        Holding("c", Store.TABLE, {"name": DataClass.CONTACT}, work=WORK, phase=100),
        Holding("d", Store.TABLE, {"name": DataClass.CONTACT}, treatment=Treatment.KEPT, work=WORK),
    ],
)
def test_it_is_refused(holding: Holding) -> None:
    with pytest.raises(ValueError, match=holding.code):
        declare(holding)

    assert holding.code not in {one.code for one in holdings()}


def test_the_walk_is_by_phase_and_leaves_out_what_is_plain() -> None:
    phases = [one.phase for one in holdings()]

    assert phases == sorted(phases)
    assert all(one.personal for one in personal_holdings())
    assert "table:catalog_media" not in {one.code for one in personal_holdings()}


@pytest.mark.django_db
def test_every_column_there_is_in_the_database_is_declared() -> None:
    """Also of tables that no model speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = 'public' GROUP BY table_name"
        )
        tables = {name: frozenset(columns) for name, columns in cursor.fetchall()}

    assert len(tables) > 50
    assert undeclared(Store.TABLE, tables) == []
