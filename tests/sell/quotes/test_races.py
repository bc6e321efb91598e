"""One quote ordered by many at once, each on a connection of its own."""

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.builders.quotes import quote
from tests.sell.checkout.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.checkout.contracts import Delivery, TenderDraft
from quanqu.sell.checkout.models import Order
from quanqu.sell.quotes.contracts import QuoteAct, QuoteOrdering, QuoteState
from quanqu.sell.quotes.facade import get_quote, move_quote, order_quote
from quanqu.sell.quotes.queries.laws import quotes_unlike_their_orders

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quote_ordered_by_many_is_one_order():
    shop = make_open_shop(units=10)
    row = quote(shop)
    move_quote(actor=SYSTEM, quote_id=row.id, act=QuoteAct.SEND, now=NOW)

    def buy(tender):
        ordering = QuoteOrdering((TenderDraft(tender),), Delivery.CARRY_OUT)
        return order_quote(actor=SYSTEM, quote_id=row.id, ordering=ordering, now=NOW).id

    assert len(set(at_once(buy, ["cash", "invoice"] * 4))) == 1

    found = get_quote(actor=SYSTEM, quote_id=row.id)
    assert found.row.state is QuoteState.ORDERED
    assert [one.act for one in found.steps].count(QuoteAct.ORDER) == 1
    assert Order.objects.count() == 1
    assert not breaches()
    assert not quotes_unlike_their_orders()
