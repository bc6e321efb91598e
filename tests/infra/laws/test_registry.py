"""Laws are registered once and report what breaks them."""

import pytest

from quanqu.infra.laws import registry
from quanqu.infra.laws.facade import law, laws, run_laws


@pytest.fixture(autouse=True)
def _no_other_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_LAWS", {})


def test_verdicts_come_in_order_of_code_with_their_breaches() -> None:
    law("L2.b", "Second.", lambda: ["order ord_1 is off by 3"])
    law("L1.a", "First.", list)

    verdicts = list(run_laws())

    assert [(v.law.code, v.holds, v.breaches) for v in verdicts] == [
        ("L1.a", True, ()),
        ("L2.b", False, ("order ord_1 is off by 3",)),
    ]
    assert all(v.seconds >= 0 for v in verdicts)


def test_a_code_is_taken_once_but_the_same_check_may_come_again() -> None:
    check = list
    law("L1.a", "First.", check)
    law("L1.a", "First.", check)

    with pytest.raises(ValueError, match="registered twice"):
        law("L1.a", "Other.", tuple)

    assert len(laws()) == 1
