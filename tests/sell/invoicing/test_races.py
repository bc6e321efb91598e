"""Several clerks at once, each on a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.builders.invoices import NOW, breaches, draft, invoiced, make_seller
from tests.builders.returns import ask, make_open_shop, settled, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.sell.invoicing.contracts import InvoiceStateError
from quanqu.sell.invoicing.facade import (
    correct_invoice,
    get_invoice,
    issue_invoice,
    take_back_return,
)
from quanqu.sell.invoicing.models import Invoice, Series

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        except QuanquError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, arguments))


@pytest.fixture
def shop():
    made = make_open_shop(units=50)
    make_seller(made)
    return made


def test_one_order_asked_for_by_many_is_invoiced_once(shop):
    placed = sold(shop, ("tea", 2))
    same = draft(placed.id)

    told = at_once(
        lambda number: (
            issue_invoice(
                actor=SYSTEM, draft=same if number % 2 else draft(placed.id), now=NOW
            ).gross_minor
        ),
        range(10),
    )

    assert Invoice.objects.count() == 1
    assert set(told) <= {2500, InvoiceStateError.__name__}
    assert not breaches()


def test_numbers_have_no_gap_however_many_are_written_and_refused(shop):
    orders = [sold(shop, ("tea", 1)) for _ in range(8)]
    asked = [draft(one.id) for one in orders for _ in range(2)]

    at_once(lambda one: issue_invoice(actor=SYSTEM, draft=one, now=NOW), asked)

    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))
    assert Series.objects.get().last == 8
    assert not breaches()


def test_a_return_heard_of_by_many_is_taken_back_once(shop):
    placed = sold(shop, ("tea", 3))
    row = invoiced(placed.id)
    settled(shop, placed.id, ask(1, 2))

    told = at_once(lambda _: take_back_return(order_id=placed.id, now=NOW), range(6))

    assert sorted(told) == [0, 0, 0, 0, 0, 1]
    assert len(get_invoice(actor=SYSTEM, invoice_id=row.id).reds) == 1
    assert not breaches()


def test_a_return_and_a_correction_make_no_more_than_the_invoice(shop):
    placed = sold(shop, ("tea", 3))
    row = invoiced(placed.id)
    settled(shop, placed.id, ask(1, 1))

    def work(number):
        if number % 2:
            return take_back_return(order_id=placed.id, now=NOW)
        return correct_invoice(actor=SYSTEM, invoice_id=row.id, reason="wrong", now=NOW).number

    at_once(work, range(6))

    reds = get_invoice(actor=SYSTEM, invoice_id=row.id).reds
    assert sum(one.gross_minor for one in reds) == 3750
    assert len(reds) == 2
    assert not breaches()


def test_a_transaction_that_is_rolled_back_leaves_no_gap(shop, monkeypatch):
    first, second = sold(shop, ("tea", 1)), sold(shop, ("tea", 1))

    def broken(*_args, **_more):
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr("quanqu.sell.invoicing.actions.issuing.record", broken)
        with pytest.raises(RuntimeError):
            invoiced(first.id)

    assert invoiced(second.id).number == "A00000001"
    assert not breaches()
