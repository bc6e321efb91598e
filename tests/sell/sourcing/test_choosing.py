"""What a profile makes of an order: filters with their reasons, rules, fallbacks, leftovers."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from tests.builders.sourcing import NOW, body

from quanqu.kernel.geo import Point, great_circle_km
from quanqu.sell.sourcing.contracts import (
    Method,
    OrderLine,
    PlaceOffer,
    Question,
    QuestionError,
    Reason,
    Unfillable,
)
from quanqu.sell.sourcing.rules.choosing import choose, merged
from quanqu.sell.sourcing.rules.clocks import tell_times
from quanqu.sell.sourcing.rules.nodes import NO_LIMIT, Node, Nodes, stand, whereabouts
from quanqu.sell.sourcing.rules.reading import read_profile
from quanqu.sell.sourcing.rules.reasons import CODES, SHIPS
from quanqu.sell.sourcing.rules.sentences import sentences
from quanqu.sell.sourcing.rules.weighing import Stock

HERE = Point(31.2, 121.5)
TEA, CUP = 1, 2


def node(key, *, north=0.0, **fields):
    told = {
        "key": key,
        "code": f"p{key}",
        "kind": "store",
        "country": "CN",
        "postcode": f"20{key}",
        "point": Point(HERE.latitude + north, HERE.longitude),
        "is_shipping": True,
        "is_pickup": True,
        "is_open": True,
        "left_today": NO_LIMIT,
        "used_permille": 0,
        "leaves_at": NOW,
        "ready_at": NOW + timedelta(hours=2),
        "parcel_minor": None,
        "kg_km_minor": None,
    } | fields
    return Node(**told)


def ask(nodes, stock, profile, *, tea=1, cup=0, now=NOW, **fields):
    lines = [OrderLine(TEA, tea, 1000 * tea, 500 * tea), OrderLine(CUP, cup, 100 * cup, 500 * cup)]
    asked = {"company_key": 1, "at": HERE, "lines": tuple(one for one in lines if one.quantity)}
    question = Question(**(asked | fields))
    available = np.array(stock, np.int64).T[: len(question.lines)]
    age = np.zeros_like(available)
    return choose(read_profile(profile), question, Nodes.of(nodes), Stock(available, age), now)


def places(choice, nodes):
    return {nodes[at].key: lines for at, lines in choice.parcels}


def reason(choice, at):
    code = int(choice.reasons.codes[at])
    return None if code == SHIPS else CODES[code]


@pytest.mark.parametrize(
    ("fields", "filters", "expected"),
    [
        ({"is_shipping": False}, {}, Reason.NO_SHIPPING),
        ({}, {"units": ["p2"]}, Reason.UNIT),
        ({"kind": "warehouse"}, {"kinds": ["store"]}, Reason.KIND),
        ({}, {"tags": ["cold"]}, Reason.TAG),
        ({"tags": frozenset({"old"})}, {"without_tags": ["old"]}, Reason.TAG),
        ({"country": "FR"}, {"countries": ["CN"]}, Reason.COUNTRY),
        ({"channels": frozenset({"app"})}, {}, Reason.CHANNEL),
        ({"is_open": False}, {"is_open": True}, Reason.CLOSED),
        ({"leaves_at": None}, {}, Reason.CLOSED),
        ({"left_today": 0}, {}, Reason.NO_CAPACITY),
        ({"north": 1.0}, {"max_km": 100}, Reason.TOO_FAR),
    ],
)
def test_a_place_falls_by_a_filter_and_says_which(fields, filters, expected):
    good = {"tags": frozenset({"cold"})} if filters.get("tags") else {}
    nodes = [node(1, **fields), node(2, north=0.5, **good)]

    choice = ask(nodes, [[9, 9], [9, 9]], body(filters=filters), channel="web")

    assert reason(choice, 0) is expected
    assert places(choice, nodes) == {2: (0,)}


def test_a_full_place_is_asked_where_capacity_does_not_matter():
    nodes = [node(1, left_today=0), node(2, north=0.5)]

    choice = ask(nodes, [[9, 9]] * 2, body(filters={"has_capacity": False}))

    assert places(choice, nodes) == {1: (0,)}


def test_a_place_that_is_worse_says_at_which_criterion_and_by_how_much():
    nodes = [node(1), node(2, north=0.5), node(3), node(4, north=0.01), node(5)]
    stock = [[9, 9], [9, 9], [0, 9], [9, 9], [0, 0]]

    choice = ask(nodes, stock, body("parcels", "distance/5"), tea=1, cup=1)

    assert places(choice, nodes) == {1: (0, 1)}
    assert reason(choice, 1) is Reason.WORSE
    assert (choice.reasons.criterion[1], choice.reasons.by[1]) == (1, 55 // 5)
    assert reason(choice, 2) is Reason.TOO_FEW
    assert choice.reasons.lacks[2] == 0b01
    assert reason(choice, 3) is Reason.SAME
    assert reason(choice, 4) is Reason.NO_STOCK


def test_the_reason_worse_is_the_truth_of_the_best_plan_with_an_exchange():
    dice = np.random.default_rng(4)
    nodes = [node(key, north=float(dice.uniform(0, 3))) for key in range(1, 9)]
    stock = dice.integers(0, 4, (8, 2)).tolist()
    stock[2] = [3, 0]

    choice = ask(nodes, stock, body("distance", "parcels"), tea=2, cup=2)

    km = [int(great_circle_km(HERE, one.point)) for one in nodes]
    plans = {}
    for count in (1, 2):
        for chosen in combinations(range(8), count):
            if all(any(stock[at][line] >= 2 for at in chosen) for line in (0, 1)):
                plans[chosen] = (sum(km[at] for at in chosen), count)
    best = min(plans.values())
    assert choice.best.score == best
    ours = {at for at, _ in choice.parcels}
    for at in range(8):
        if reason(choice, at) is Reason.WORSE and choice.reasons.criterion[at] == 0:
            exchanged = [
                score for chosen, score in plans.items()
                if at in chosen and len(ours - {*chosen}) == 1 and len(chosen) == len(ours)
            ]  # fmt: skip
            assert min(exchanged)[0] - best[0] == choice.reasons.by[at]


def rules(*pairs):
    told = body("distance")
    told["strategies"]["deep"] = {"criteria": [{"by": "depth"}]}
    return told | {"rules": [{"strategy": "deep", "when": when} for when in pairs]}


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({}, True),
        ({"channels": ["web"]}, True),
        ({"channels": ["app"]}, False),
        ({"tiers": ["gold"]}, False),
        ({"methods": ["delivery"]}, True),
        ({"methods": ["pickup"]}, False),
        ({"min_value_minor": 1000}, True),
        ({"min_value_minor": 1001}, False),
        ({"max_value_minor": 999}, False),
        ({"min_weight_g": 501}, False),
        ({"max_weight_g": 500}, True),
        ({"hours": {"begins": 600, "ends": 660, "zone": "Asia/Shanghai"}}, True),
        ({"hours": {"begins": 601, "ends": 660, "zone": "Asia/Shanghai"}}, False),
        ({"hours": {"begins": 1320, "ends": 601, "zone": "Asia/Shanghai"}}, True),
    ],
)
def test_the_first_rule_that_fits_chooses_the_strategy(when, fits):
    nodes = [node(1), node(2, north=0.5)]

    choice = ask(nodes, [[2, 0], [90, 0]], rules({"tiers": ["none"]}, when), channel="web")

    assert choice.strategy == ("deep" if fits else "only")
    assert places(choice, nodes) == ({2: (0,)} if fits else {1: (0,)})


def test_a_fallback_is_asked_when_the_order_cannot_be_shipped_whole():
    told = body(filters={"max_km": 10}, fallback="far", unfillable="cancel_line")
    told["strategies"]["far"] = {"criteria": [{"by": "distance"}], "unfillable": "cancel_order"}
    nodes = [node(1), node(2, north=1.0)]

    near = ask(nodes, [[1, 0], [5, 5]], told)
    far = ask(nodes, [[1, 0], [0, 5]], told, cup=1)
    none = ask(nodes, [[1, 0], [5, 0]], told, cup=1)

    assert (near.strategy, far.strategy, none.strategy) == ("only", "far", "far")
    assert places(far, nodes) == {1: (0,), 2: (1,)}
    assert none.unfillable is Unfillable.CANCEL_ORDER
    assert none.parcels == ()


def test_the_rarest_line_stays_behind_and_of_equals_the_one_of_less_value():
    nodes = [node(1), node(2, north=0.1)]
    told = body(unfillable="backorder", most_parcels=1)

    rare = ask(nodes, [[5, 5], [0, 5]], told, tea=6, cup=1)
    equal = ask(nodes, [[5, 0], [0, 5]], told, cup=1)

    assert (rare.unfilled, places(rare, nodes)) == ((0,), {1: (1,)})
    assert (equal.unfilled, places(equal, nodes)) == ((1,), {1: (0,)})


def test_a_small_order_is_not_split():
    nodes = [node(1), node(2)]
    stock = [[5, 0], [0, 5]]

    small = ask(nodes, stock, body(min_split_minor=1101), cup=1)
    large = ask(nodes, stock, body(min_split_minor=1100), cup=1)

    assert small.unfilled == (0, 1)
    assert len(large.parcels) == 2


def test_what_is_fetched_comes_from_one_place_that_allows_it():
    nodes = [node(1, is_pickup=False), node(2, north=0.5), node(3, north=1.0)]
    stock = [[5, 5], [5, 5], [5, 5]]

    anywhere = ask(nodes, stock, body(), method=Method.PICKUP)
    there = ask(nodes, stock, body(), method=Method.PICKUP, pickup_place_key=3)

    assert places(anywhere, nodes) == {2: (0,)}
    assert reason(anywhere, 0) is Reason.NO_PICKUP
    assert places(there, nodes) == {3: (0,)}
    assert there.arrives_at == (NOW + timedelta(hours=2),)


def test_cost_and_arrival_of_a_parcel():
    told = body(parcel_minor=600, kg_km_minor=2.0) | {
        "transit": [{"hours": 24, "up_to_km": 50}, {"hours": 72}]
    }
    nodes = [node(1, north=0.5), node(2, north=0.6, parcel_minor=10, kg_km_minor=0.0)]

    dear = ask(nodes[:1], [[5, 0]], told, tea=2)
    cheap = ask(nodes, [[5, 0]] * 2, told | body("cost") | {"parcel_minor": 600}, tea=2)

    km = great_circle_km(HERE, nodes[0].point)
    assert dear.cost_minor == (600 + round(km * 2),)
    assert dear.arrives_at == (NOW + timedelta(hours=72),)
    assert (places(cheap, nodes), cheap.cost_minor) == ({2: (0,)}, (10,))


def test_a_postcode_stands_where_the_longest_common_beginning_is():
    nodes = Nodes.of(
        [
            node(1, postcode="200120"),
            node(2, postcode="200 130", north=0.2),
            node(3, postcode="100000", north=2.0),
            node(4, postcode="200120", country="FR", north=3.0),
            node(5, postcode="200139", point=None),
        ]
    )

    def at(postcode, country="CN"):
        question = Question(1, (), postcode=postcode, country=country)
        return stand(nodes, question)

    assert at("200135").latitude == pytest.approx(HERE.latitude + 0.2)
    assert at("2001").latitude == pytest.approx(HERE.latitude + 0.1)
    assert at("1").latitude == pytest.approx(HERE.latitude + 2)
    assert at("900000") is None
    assert at("200120", "").latitude == pytest.approx(HERE.latitude + 1.5)
    km = whereabouts(nodes, HERE)
    assert km[1] == pytest.approx(great_circle_km(HERE, nodes.each[1].point))
    assert km[4] > 20_000
    assert whereabouts(nodes, None).tolist() == [0] * 5


WEEK = ((540, 1080),) * 5 + (None, None)
SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("now", "is_open", "leaves", "ready"),
    [
        ("2026-11-27T02:00", True, "2026-11-27T08:00", "2026-11-27T04:00"),  # Friday, ten o'clock
        ("2026-11-27T08:00", True, "2026-11-27T08:00", "2026-11-27T10:00"),
        ("2026-11-27T08:01", True, "2026-11-30T08:00", "2026-11-30T03:00"),
        ("2026-11-28T02:00", False, "2026-11-30T08:00", "2026-11-30T03:00"),
        ("2026-11-26T22:00", False, "2026-11-27T08:00", "2026-11-27T03:00"),
    ],
)
def test_a_place_keeps_its_hours_and_its_cut_off(now, is_open, leaves, ready):
    offer = PlaceOffer(True, True, opens=WEEK, cut_off=960, pickup_lead_minutes=120)

    told = tell_times(offer, SHANGHAI, datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert told.is_open is is_open
    assert told.leaves_at.isoformat() == leaves + ":00+00:00"
    assert told.ready_at.isoformat() == ready + ":00+00:00"


def test_a_place_that_opens_never_ships_and_hands_out_never():
    closed = PlaceOffer(True, True, opens=(None,) * 7, cut_off=960)

    told = tell_times(closed, SHANGHAI, NOW)

    assert (told.is_open, told.leaves_at, told.ready_at) == (False, None, None)


def test_the_hour_that_a_change_of_time_leaves_out_is_counted_on_the_clock():
    offer = PlaceOffer(True, True, opens=((600, 1200),) * 7, cut_off=720)

    told = tell_times(offer, "Europe/Paris", datetime(2026, 3, 28, 23, 30, tzinfo=UTC))

    assert told.leaves_at == datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # noon of summer time


def test_an_order_of_too_many_items_is_refused():
    with pytest.raises(QuestionError):
        merged(tuple(OrderLine(item, 1) for item in range(61)))


def test_a_profile_is_said_in_two_languages():
    told = body("parcels", "distance/10", "cost/100", min_split_minor=9900, fallback="any",
                filters={"kinds": ["store"], "max_km": 30})  # fmt: skip
    told["strategies"]["any"] = {"criteria": [{"by": "promise"}], "most_parcels": 1}
    told["rules"] = [
        {"strategy": "any", "when": {"channels": ["web"], "min_value_minor": 5000,
                                     "max_weight_g": 2500, "tiers": ["gold"],
                                     "hours": {"begins": 480, "ends": 1320, "zone": SHANGHAI}}}
    ]  # fmt: skip
    profile = read_profile(told)

    assert sentences(profile, language="en", currency="CNY") == (
        "Orders from the web, of tier gold, worth at least 50.00 CNY, of at most 2.5 kg, "
        "placed between 08:00 and 22:00 (Asia/Shanghai) go by “any”.",
        "All others go by “only”.",
        "“only”: stores, within 30 km, with capacity left today; at most 2 parcels from 99.00 CNY "
        "on, else one; the fewest parcels, then the least distance in bands of 10 km, then the "
        "lowest cost in bands of 1.00 CNY; if that ships not everything, by “any”; an order that "
        "cannot be shipped whole waits for a person.",
        "“any”: every place that ships, with capacity left today; one parcel; the soonest arrival; "
        "an order that cannot be shipped whole waits for a person.",
    )
    chinese = sentences(profile, language="zh-hans", currency="CNY")
    assert chinese[1] == "其余订单使用策略“only”。"
    assert "门店，30 公里以内，今日仍有产能；满 99.00 CNY 最多 2 个包裹，否则不拆单" in chinese[2]
