"""The table of docs/rules/stock-pools.md, run."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, breaches, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import PoolDraft, PoolRequest
from quanqu.sell.inventory.facade import (
    availability,
    hold_from_pool,
    pool_availability,
    save_pool,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "stock-pools.md"


@pytest.mark.django_db
def test_a_story_of_a_pool():
    shop = make_shop()
    tea, places = shop.items["tea"].key, (shop.depot.key, shop.store.key)
    for place, units in zip(places, (3, 5), strict=True):
        receive(units, place=place, item=tea)
    pool = save_pool(actor=SYSTEM, draft=PoolDraft(shop.company.key, "all", places), now=NOW)
    steps = re.findall(
        r"^\| \d \| (?:nothing|hold (\d)( refused)?) \| (\d) \| (\d) \| (\d) \|$",
        DOCUMENT.read_text(),
        re.MULTILINE,
    )
    assert len(steps) == 5
    for units, refused, *there in steps:
        if units:
            request = PoolRequest(uuid4(), "cart", ((tea, int(units)),), None)
            answer = hold_from_pool(actor=SYSTEM, pool_id=pool.id, request=request, now=NOW)
            assert answer.is_granted is not bool(refused)
        found = availability(actor=SYSTEM, variant_keys=[tea], place_keys=places).units[0]
        total = pool_availability(actor=SYSTEM, pool_id=pool.id, variant_keys=[tea])[tea]
        assert [*found.tolist(), total] == [int(one) for one in there]
    assert not breaches()
