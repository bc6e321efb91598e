"""A declaration that contradicts itself is refused at start."""

import pytest

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, holdings, personal_holdings

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
