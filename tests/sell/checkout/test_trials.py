"""A profile is tried on past orders: on which, and what it comes to beside the one in force."""

from datetime import date

import pytest
from tests.builders import orders
from tests.builders.http import program
from tests.builders.org import make_company, make_place
from tests.builders.sourcing import NOW, Chain, body
from tests.builders.stock import CUP, TEA

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceType
from quanqu.sell.checkout.facade import try_profile
from quanqu.sell.inventory.models import HoldLine
from quanqu.sell.orders.facade import past_baskets
from quanqu.sell.sourcing.models import Decision

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def chain():
    made = Chain()
    made.stock(near=(5, 0), depot=(0, 5))
    return made


def shop_of(company, code="web"):
    return make_place(code, company=company, place_type=PlaceType.WEB_SHOP)


def bought(shop, number, tea=0, cup=0, **more):
    lines = [
        orders.make_line(sku=f"S{item}", variant_key=item, quantity=units)
        for item, units in ((TEA, tea), (CUP, cup))
        if units
    ]
    told = {"external_id": number, "number": number, "lines": lines} | more
    return orders.make_order(shop, **told)


def tried(version, **more):
    asked = {"first": FIRST, "last": LAST, "most": 100} | more
    return try_profile(actor=SYSTEM, version_id=version.id, now=NOW, **asked)


def test_both_profiles_decide_the_same_orders(chain) -> None:
    shop = shop_of(chain.company)
    orders.record(
        bought(shop, "one", tea=1), bought(shop, "two", cup=2), bought(shop, "both", tea=2, cup=1)
    )
    one_parcel = chain.profile(body("parcels", most_parcels=1), activate=False)

    found = tried(one_parcel).found

    # tea and cups are at two places: one parcel cannot hold both
    assert (found.decisions, found.same) == (3, 2)
    assert (found.unfilled, found.shadow_unfilled) == (0, 1)
    assert (found.parcels, found.shadow_parcels) == (2, 2)  # of the two orders that both fill
    assert not HoldLine.objects.exists()
    assert not Decision.objects.exists()


def test_only_what_was_sold_and_sent_in_these_days_is_tried(chain) -> None:
    shop, store = (
        shop_of(chain.company),
        make_place("till", company=chain.company, place_type=PlaceType.STORE),
    )
    elsewhere = shop_of(make_company("other"), "elsewhere")
    orders.record(
        bought(shop, "in", tea=1),
        bought(shop, "cancelled", tea=1, status="cancelled"),
        bought(shop, "before", tea=1, business_date=date(2026, 10, 31)),
        bought(shop, "after", tea=1, business_date=date(2026, 12, 1)),
        bought(shop, "nameless", lines=[orders.make_line(sku="", name="Gift wrap", kind="fee")]),
        bought(store, "carried", tea=1),
        bought(elsewhere, "theirs", tea=1),
    )
    version = chain.profile(body(), activate=False)

    trial = tried(version)

    assert (trial.orders, trial.found.decisions) == (2, 1)
    assert (trial.first, trial.last) == (FIRST, LAST)


def test_an_order_that_no_profile_could_source_is_left_out(chain) -> None:
    shop = shop_of(chain.company)
    lines = [orders.make_line(sku=f"S{at}", variant_key=1_000 + at) for at in range(61)]
    orders.record(bought(shop, "one", tea=1), bought(shop, "long", lines=lines))
    version = chain.profile(body(), activate=False)

    trial = tried(version)

    assert (trial.orders, trial.found.decisions) == (2, 1)


def test_a_version_of_a_channel_is_tried_on_its_orders(chain) -> None:
    web = shop_of(chain.company)
    app = make_place("app", company=chain.company, place_type=PlaceType.APP)
    orders.record(bought(web, "w", tea=1), bought(app, "a1", tea=1), bought(app, "a2", cup=1))
    version = chain.profile(body(), channel="app", activate=False)

    assert tried(version).found.decisions == 2


def test_of_many_orders_always_the_same_are_taken(chain) -> None:
    shop = shop_of(chain.company)
    orders.record(*(bought(shop, f"n{number}", tea=1 + number % 3) for number in range(30)))
    asked = {"company_key": chain.company.key, "place_keys": [shop.key], "first": FIRST}

    some, again, all_of_them = (
        past_baskets(**asked, last=LAST, most=most) for most in (10, 10, 100)
    )

    assert some == again
    assert (some.orders, len(some.baskets), len(all_of_them.baskets)) == (30, 10, 30)
    assert sum(units for one in all_of_them.baskets for _, units, _ in one.lines) == 60


def test_only_who_may_see_profiles_tries_them(chain) -> None:
    version = chain.profile(body(), activate=False)
    other = make_company("other")
    grant = Grant(frozenset({"sourcing.view"}), Scope(companies=frozenset({other.key})))
    stranger = Actor(ActorKind.PERSON, "per_x", "", (grant,))
    nobody = Actor(ActorKind.PERSON, "per_y", "", ())
    asked = {"version_id": version.id, "first": FIRST, "last": LAST, "most": 1, "now": NOW}

    with pytest.raises(NotFoundError):
        try_profile(actor=stranger, **asked)
    with pytest.raises(NotAllowedError):
        try_profile(actor=nobody, **asked)


def test_the_api_tells_both_sides(chain) -> None:
    shop = shop_of(chain.company)
    orders.record(bought(shop, "one", tea=1), bought(shop, "both", tea=1, cup=1))
    version = chain.profile(body("parcels", most_parcels=1), activate=False)
    address = f"/api/v1/sourcing/profiles/{encode('spf', version.id)}/trial"
    caller = program()

    told = caller.get(address, {"first": "2026-11-01", "last": "2026-11-30"}).json()
    wrong = [
        caller.get(address, days).status_code
        for days in (
            {"first": "2026-11-30", "last": "2026-11-01"}, {"last": "0001-01-01"},
            {"first": "2001-01-01"}, {"first": "9999-01-01"},
        )
    ]  # fmt: skip

    assert (told["orders"], told["tried"], told["same"]) == (2, 2, 1)
    assert (told["in_force"]["not_filled"], told["tried_one"]["not_filled"]) == (0, 1)
    assert wrong == [422] * 4
