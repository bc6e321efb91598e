"""Two connections at once: one row for one code, one owner left, one use of a link."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection
from tests.builders.org import (
    NOW,
    SYSTEM,
    make_brand,
    make_company,
    make_details,
    make_group,
    make_person,
)

from quanqu.kernel.errors import QuanquError
from quanqu.know.org import facade
from quanqu.know.org.contracts import LastOwnerError, LoginLinkRefusedError, PlaceDraft
from quanqu.know.org.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)

Result = TypeVar("Result")


def together(*works: Callable[[], Result]) -> list[Result | QuanquError]:
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result | QuanquError:
        try:
            barrier.wait(10)
            return work()
        except QuanquError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_same_code_makes_one_unit() -> None:
    def work() -> int:
        company = facade.ensure_company(
            actor=SYSTEM, code="north", name="North", currency="CNY", now=NOW
        )
        drafts = [PlaceDraft(f"s{n}", f"Store {n}", make_details()) for n in range(20)]
        facade.ensure_places(actor=SYSTEM, company_key=company.key, places=drafts, now=NOW)
        return company.key

    keys = together(work, work, work, work)

    assert len(set(keys)) == 1
    assert Unit.objects.count() == 22


def test_place_added_while_its_company_moves_has_the_right_path() -> None:
    make_group()
    brand, company = make_brand("tea"), make_company("north")
    drafts = [PlaceDraft(f"s{n}", f"Store {n}", make_details()) for n in range(50)]

    together(
        lambda: facade.move_unit(actor=SYSTEM, unit_id=company.id, parent_id=brand.id, now=NOW),
        lambda: facade.ensure_places(actor=SYSTEM, company_key=company.key, places=drafts, now=NOW),
    )

    moved = Unit.objects.get(key=company.key)
    paths = Unit.objects.filter(parent=moved).values_list("key", "path")
    assert moved.path == f"{brand.path}{company.key}."
    assert len(paths) == 50
    assert all(path == f"{moved.path}{key}." for key, path in paths)


def test_two_owners_who_leave_at_once_do_not_both_go() -> None:
    people = [make_person("Ann"), make_person("Bo")]

    def leave(person_id: str) -> Callable[[], object]:
        return lambda: facade.change_person(
            actor=SYSTEM, person_id=person_id, is_active=False, now=NOW
        )

    results = together(*(leave(person.id) for person in people))

    assert [isinstance(result, LastOwnerError) for result in results].count(True) == 1


def test_link_raced_for_lets_one_in() -> None:
    person = make_person("Ann")
    token = facade.create_login_link(actor=SYSTEM, person_id=person.id, now=NOW).token

    results = together(*[lambda: facade.redeem_login_link(token=token, now=NOW)] * 4)

    assert [isinstance(result, LoginLinkRefusedError) for result in results].count(True) == 3
