"""The shapes of fields, the levels of the tree, the life of a key, a file of rates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.builders.org import make_details

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.know.org.contracts import (
    PERMISSIONS,
    ROLE_PERMISSIONS,
    ChannelCode,
    OrgInputError,
    PlaceType,
    Rate,
    RateFileError,
    RoleCode,
    UnitInfo,
    UnitKind,
    WrongParentError,
)
from quanqu.know.org.rights import exceeded_permissions, may_over, unfold, visible_paths
from quanqu.know.org.rules import (
    build_tree,
    check_code,
    check_details,
    check_email,
    check_language,
    check_name,
    check_parent,
    check_rate,
    check_zone,
    key_state,
    read_rates,
    scope_lines,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def make_unit(key: int, kind: UnitKind, parent: int | None, path: str) -> UnitInfo:
    return UnitInfo(key, f"unit_{key}", kind, f"u{key}", f"Unit {key}", parent, path, "CNY")


UNITS = (
    make_unit(2, UnitKind.COMPANY, 1, "1.2."),
    make_unit(3, UnitKind.PLACE, 2, "1.2.3."),
    make_unit(20, UnitKind.COMPANY, 1, "1.20."),
    make_unit(21, UnitKind.PLACE, 20, "1.20.21."),
)


def person(*grants: Grant) -> Actor:
    return Actor(ActorKind.PERSON, "per_x", "X", grants)


@pytest.mark.parametrize("bad", ["", "-a", "a b", "a" * 65, "ü", "a\n"])
def test_code_refuses_what_cannot_stand_in_a_command(bad: str) -> None:
    with pytest.raises(OrgInputError):
        check_code(bad)


def test_code_keeps_what_is_fine() -> None:
    assert check_code("shop-1.B_2") == "shop-1.B_2"


@pytest.mark.parametrize("bad", ["", "  ", "x" * 201, "a\x00b"])
def test_name_refuses_nothing_too_long_and_unprintable(bad: str) -> None:
    with pytest.raises(OrgInputError):
        check_name(bad)


def test_name_is_folded() -> None:
    assert check_name("  Ａcme \t 旗舰店 ") == "Acme 旗舰店"


def test_zone_must_be_in_the_iana_database() -> None:
    assert check_zone("Asia/Shanghai") == "Asia/Shanghai"
    with pytest.raises(OrgInputError):
        check_zone("../../etc/passwd")


def test_language_must_be_spoken() -> None:
    assert check_language("zh-hans") == "zh-hans"
    with pytest.raises(OrgInputError):
        check_language("fr")


def test_email_is_one_lower_case_form() -> None:
    assert check_email("Lin.Wei@Example.COM") == "lin.wei@example.com"
    with pytest.raises(OrgInputError):
        check_email("lin at example")


@pytest.mark.parametrize("place_type", list(PlaceType))
def test_every_type_that_meets_customers_has_a_usual_channel(place_type: PlaceType) -> None:
    channel = check_details(make_details(place_type=place_type)).channel

    assert (channel is None) == (place_type in (PlaceType.WAREHOUSE, PlaceType.SUPPLIER))


def test_channel_must_suit_the_type() -> None:
    live = make_details(place_type=PlaceType.SOCIAL, channel=ChannelCode.LIVE)
    assert check_details(live).channel is ChannelCode.LIVE
    with pytest.raises(OrgInputError, match="channel"):
        check_details(make_details(place_type=PlaceType.STORE, channel=ChannelCode.WEB))
    with pytest.raises(OrgInputError, match="none"):
        check_details(make_details(place_type=PlaceType.WAREHOUSE, channel=ChannelCode.WEB))


@pytest.mark.parametrize(
    "field",
    [
        {"currency": "rmb"},
        {"country": "CHN"},
        {"time_zone": "Peking"},
        {"city": "x" * 121},
        {"postcode": "2000\n30"},
        {"latitude": Decimal("31.2")},
        {"latitude": Decimal(91), "longitude": Decimal(0)},
        {"latitude": Decimal("NaN"), "longitude": Decimal(0)},
        {"latitude": Decimal(0), "longitude": Decimal("-180.1")},
    ],
)
def test_details_refuse_a_wrong_field(field: dict[str, object]) -> None:
    with pytest.raises(OrgInputError):
        check_details(make_details(**field))


@pytest.mark.parametrize("kind", list(UnitKind))
@pytest.mark.parametrize("parent", list(UnitKind))
def test_levels_of_the_tree(kind: UnitKind, parent: UnitKind) -> None:
    fits = {("brand", "group"), ("company", "group"), ("company", "brand"), ("place", "company")}
    if (kind.value, parent.value) in fits:
        check_parent(kind, parent)
    else:
        with pytest.raises(WrongParentError):
            check_parent(kind, parent)


def test_roles_hold_only_permissions_that_exist() -> None:
    assert set(ROLE_PERMISSIONS) == set(RoleCode)
    assert all(held <= PERMISSIONS for held in ROLE_PERMISSIONS.values())
    assert ROLE_PERMISSIONS[RoleCode.OWNER] == PERMISSIONS


def test_grant_over_a_company_shows_its_places_and_no_neighbour_with_a_like_key() -> None:
    scope = unfold("1.2.", UnitKind.COMPANY, UNITS)

    assert scope == Scope(places=frozenset({3}), companies=frozenset({2}))


def test_grant_over_a_place_shows_the_place_and_names_its_company() -> None:
    scope = unfold("1.20.21.", UnitKind.PLACE, UNITS)

    assert scope == Scope(places=frozenset({21}), companies=frozenset({20}))


def test_grant_over_the_group_shows_everything() -> None:
    assert unfold("1.", UnitKind.GROUP, ()) == Scope(everything=True)


def test_rights_are_where_they_were_given_and_nowhere_else() -> None:
    actor = person(
        Grant(frozenset({"org.view", "org.manage"}), Scope(), "1.2."),
        Grant(frozenset({"org.view"}), Scope(), "1.20."),
    )

    assert visible_paths(actor, "org.view") == ("1.2.", "1.20.")
    assert may_over(actor, "org.manage", "1.2.3.")
    assert not may_over(actor, "org.manage", "1.20.21.")
    assert not may_over(actor, "org.manage", "1.")
    assert exceeded_permissions(actor, {"org.view", "org.manage"}, "1.20.") == {"org.manage"}


def test_no_grant_is_no_right() -> None:
    assert visible_paths(person(), "org.view") == ()
    assert not may_over(person(), "org.view", "1.")
    assert may_over(SYSTEM, "org.view", "1.")


def test_tree_hangs_units_by_parent_and_leaves_strays_as_roots() -> None:
    roots = build_tree(UNITS, {})

    assert [node.unit.key for node in roots] == [2, 20]
    assert [node.unit.key for node in roots[0].children] == [3]


def test_scope_lines_go_top_down_with_depth() -> None:
    lines = scope_lines(build_tree(UNITS, {}))

    assert [(line.code, line.depth) for line in lines] == [
        ("u2", 0),
        ("u3", 1),
        ("u20", 0),
        ("u21", 1),
    ]


def test_key_state_over_its_life() -> None:
    later, earlier = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)

    def state(**fields: object) -> str:
        given = {"expires_at": None, "revoked_at": None, "is_replaced": False} | fields
        return key_state(now=NOW, **given)  # type: ignore[arg-type]

    assert state() == "active"
    assert state(expires_at=later) == "active"
    assert state(expires_at=NOW) == "expired"
    assert state(revoked_at=earlier, expires_at=earlier) == "revoked"
    assert state(is_replaced=True, expires_at=later) == "replaced"


RATE = Rate("USD", "CNY", date(2026, 3, 1), Decimal("7.1"), "bank")


@pytest.mark.parametrize(
    "fields",
    [
        {"to_currency": "USD"},
        {"currency": "usd"},
        {"rate": Decimal(0)},
        {"rate": Decimal("Infinity")},
        {"rate": Decimal("1E+10")},
        {"rate": Decimal("0.00000000001")},
        {"source": " "},
    ],
)
def test_rate_refuses_what_is_no_rate(fields: dict[str, object]) -> None:
    assert check_rate(RATE) == RATE
    with pytest.raises(OrgInputError):
        check_rate(replace(RATE, **fields))  # type: ignore[arg-type]


def test_rates_file_is_read_whole() -> None:
    text = "currency,to_currency,valid_on,rate\nUSD,CNY,2026-03-01,7.1\nEUR,CNY,2026-03-01,7.8\n"

    assert read_rates(text, source="bank") == (
        RATE,
        replace(RATE, currency="EUR", rate=Decimal("7.8")),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("currency,rate\n", "Line 1: the column to_currency is missing"),
        ("", "Line 1: the column currency is missing"),
        ("currency,to_currency,valid_on,rate\nUSD,CNY,2026-03-01,seven\n", "Line 2: 'seven'"),
        ("currency,to_currency,valid_on,rate\nUSD,CNY,March,7\n", "Line 2: 'March'"),
        ("currency,to_currency,valid_on,rate\nUSD\n", "Line 2"),
        (
            "currency,to_currency,valid_on,rate\nUSD,CNY,2026-03-01,7\nUSD,CNY,2026-03-01,8\n",
            "Line 3: this day is given twice",
        ),
        ("currency,to_currency,valid_on,rate\nUSD,USD,2026-03-01,7\n", "Line 2: to_currency"),
    ],
)
def test_rates_file_names_the_wrong_line(text: str, message: str) -> None:
    with pytest.raises(RateFileError, match=message):
        read_rates(text, source="bank")
