"""The tree on PostgreSQL: growing, changing, moving, and who sees what."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries
from tests.builders.org import (
    NOW,
    make_actor,
    make_brand,
    make_company,
    make_details,
    make_group,
    make_place,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import MalformedIdError
from quanqu.know.org import facade
from quanqu.know.org.contracts import (
    ChannelCode,
    CodeTakenError,
    GroupMissingError,
    OrgInputError,
    PlaceDraft,
    PlaceFilters,
    PlaceType,
    Rate,
    RoleCode,
    UnitKind,
    UnitNotFoundError,
    WrongParentError,
)
from quanqu.know.org.models import Unit
from quanqu.know.org.publish import read_places

pytestmark = pytest.mark.django_db

NOBODY = Actor(ActorKind.PERSON, "per_none", "Nobody")


def test_first_company_makes_a_group_of_its_name() -> None:
    facade.ensure_company(actor=SYSTEM, code="solo", name="Solo", currency="GBP", now=NOW)

    group = facade.find_group()

    assert group is not None
    assert (group.name, group.currency) == ("Solo", "GBP")
    assert facade.reporting_currency() == "GBP"


def test_ensuring_again_changes_nothing() -> None:
    first = make_place("web", city="Shanghai")

    again = make_place("web", city="Beijing")

    assert again == first
    assert Unit.objects.count() == 3


def test_brand_needs_a_group() -> None:
    with pytest.raises(GroupMissingError):
        facade.ensure_brand(actor=SYSTEM, code="b", name="B", now=NOW)


def test_company_below_a_brand_carries_it_to_its_places() -> None:
    brand = make_brand("tea")
    company = make_company("north", brand_code="tea")

    place = make_place("web", company=company)

    assert (place.brand_key, place.brand_name) == (brand.key, brand.name)
    assert company.path == f"{brand.path}{company.key}."
    with pytest.raises(UnitNotFoundError):
        make_company("south", brand_code="coffee")


def test_places_are_made_in_one_go(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    company = make_company()
    drafts = [
        PlaceDraft(f"s{n}", f"Store {n}", make_details(place_type=PlaceType.STORE))
        for n in range(300)
    ]

    with django_assert_max_num_queries(16):
        made = facade.ensure_places(actor=SYSTEM, company_key=company.key, places=drafts, now=NOW)

    assert len(made) == 300
    assert made["s7"].channel is ChannelCode.STORE
    assert facade.places_by_key(keys=[made["s7"].key]) == {made["s7"].key: made["s7"]}


def test_place_codes_are_free_in_another_company() -> None:
    north, south = make_company("north"), make_company("south")

    assert make_place("1", company=north).key != make_place("1", company=south).key


def test_growing_takes_rights_over_the_parent() -> None:
    north, south = make_company("north"), make_company("south")
    manager = make_actor(role=RoleCode.ADMINISTRATOR, unit_id=north.id)
    draft = PlaceDraft("x", "X", make_details())

    facade.ensure_place(actor=manager, company_key=north.key, place=draft, now=NOW)

    with pytest.raises(NotAllowedError):
        facade.ensure_place(actor=manager, company_key=south.key, place=draft, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.ensure_brand(actor=manager, code="b", name="B", now=NOW)
    with pytest.raises(NotAllowedError):
        facade.ensure_place(actor=NOBODY, company_key=north.key, place=draft, now=NOW)


def test_importer_may_add_places() -> None:
    company = make_company()
    loader = make_actor(role=RoleCode.INTEGRATOR, unit_id=company.id)

    facade.ensure_place(
        actor=loader, company_key=company.key, place=PlaceDraft("x", "X", make_details()), now=NOW
    )


def test_two_scoped_people_see_their_own_part_only() -> None:
    north, south = make_company("north"), make_company("south")
    shop, store = make_place("web", company=north), make_place("s1", company=south)
    ann = make_actor("Ann", role=RoleCode.VIEWER, unit_id=north.id)
    bo = make_actor("Bo", role=RoleCode.VIEWER, unit_id=store.id)

    assert [node.unit.code for node in facade.get_tree(actor=ann)] == ["north"]
    assert [node.unit.code for node in facade.get_tree(actor=bo)] == ["s1"]
    assert [p.key for p in facade.list_places(actor=ann, filters=PlaceFilters()).items] == [
        shop.key
    ]
    assert [p.key for p in facade.list_places(actor=bo, filters=PlaceFilters()).items] == [
        store.key
    ]
    assert ann.scope("orders.view").places == {shop.key}
    assert bo.scope("orders.view").places == {store.key}
    assert bo.scope("catalog.view").companies == {south.key}
    with pytest.raises(UnitNotFoundError):
        facade.get_place(actor=ann, place_id=store.id)
    with pytest.raises(UnitNotFoundError):
        facade.get_unit(actor=bo, unit_id=south.id)
    with pytest.raises(UnitNotFoundError):
        facade.resolve_scope(actor=ann, permission="orders.view", unit_id=south.id)


def test_nobody_sees_nothing() -> None:
    make_place()

    assert NOBODY.scope("orders.view").is_empty
    assert facade.scope_options(actor=NOBODY) == ()
    with pytest.raises(NotAllowedError):
        facade.list_places(actor=NOBODY, filters=PlaceFilters())
    with pytest.raises(NotAllowedError):
        facade.resolve_scope(actor=NOBODY, permission="orders.view")


def test_scope_is_what_is_asked_for_and_allowed() -> None:
    north, south = make_company("north"), make_company("south")
    shop, store = make_place("web", company=north), make_place("s1", company=north)
    make_place("s2", company=south)
    group = make_group()
    owner = make_actor("Owner")
    clerk = make_actor("Clerk", role=RoleCode.ASSOCIATE, unit_id=store.id)

    def scope(actor: Actor, unit_id: str | None) -> object:
        return facade.resolve_scope(actor=actor, permission="orders.view", unit_id=unit_id)

    assert scope(owner, None).everything  # type: ignore[attr-defined]
    assert scope(owner, group.id).everything  # type: ignore[attr-defined]
    assert scope(owner, north.id).places == {shop.key, store.key}  # type: ignore[attr-defined]
    assert scope(clerk, north.id).places == {store.key}  # type: ignore[attr-defined]
    assert scope(clerk, group.id).places == {store.key}  # type: ignore[attr-defined]
    assert [option.code for option in facade.scope_options(actor=clerk)] == ["s1"]
    assert [option.code for option in facade.scope_options(actor=owner)] == [
        "group",
        "north",
        "s1",
        "web",
        "south",
        "s2",
    ]


def test_places_come_in_pages_and_by_filter() -> None:
    company = make_company()
    for code in ("a1", "a2", "b1"):
        make_place(code, company=company)
    make_place("wh", company=company, place_type=PlaceType.WAREHOUSE)

    first = facade.list_places(actor=SYSTEM, filters=PlaceFilters(), limit=3)
    rest = facade.list_places(actor=SYSTEM, filters=PlaceFilters(), cursor=first.next_cursor)

    assert [place.code for place in first.items + rest.items] == ["a1", "a2", "b1", "wh"]
    assert rest.next_cursor is None

    def codes(filters: PlaceFilters) -> list[str]:
        return [place.code for place in facade.list_places(actor=SYSTEM, filters=filters).items]

    assert codes(PlaceFilters(text="a")) == ["a1", "a2", "b1", "wh"]
    assert codes(PlaceFilters(text="b1")) == ["b1"]
    assert codes(PlaceFilters(place_type=PlaceType.WAREHOUSE)) == ["wh"]
    assert codes(PlaceFilters(channel=ChannelCode.STORE)) == []
    assert codes(PlaceFilters(unit_id=company.id)) == ["a1", "a2", "b1", "wh"]


def test_changing_a_place_is_on_the_trail() -> None:
    place = make_place("web")
    draft = PlaceDraft(
        "web", "网店", make_details(latitude=Decimal("31.2"), longitude=Decimal("121.5"))
    )

    after = facade.change_place(actor=SYSTEM, place_id=place.id, place=draft, now=NOW)

    entry = list_entries(actor=SYSTEM, filters=AuditFilters(subject=place.id)).items[0]
    assert after.name == "网店"
    assert after.details.longitude == Decimal("121.5")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["name"], entry.after["name"]) == ("Place web", "网店")


def test_changing_refuses_a_taken_code_and_a_strangers_unit() -> None:
    north, south = make_company("north"), make_company("south")
    place = make_place("a", company=north)
    make_place("b", company=north)
    stranger = make_actor(role=RoleCode.ADMINISTRATOR, unit_id=south.id)
    viewer = make_actor("View", role=RoleCode.VIEWER, unit_id=north.id)
    draft = PlaceDraft("b", "B", make_details())

    with pytest.raises(CodeTakenError):
        facade.change_place(actor=SYSTEM, place_id=place.id, place=draft, now=NOW)
    with pytest.raises(UnitNotFoundError):
        facade.change_place(actor=stranger, place_id=place.id, place=draft, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.change_place(actor=viewer, place_id=place.id, place=draft, now=NOW)
    with pytest.raises(UnitNotFoundError):
        facade.change_place(actor=SYSTEM, place_id=north.id, place=draft, now=NOW)


def test_renaming_a_unit_and_the_reporting_currency() -> None:
    group = make_group()

    after = facade.change_unit(
        actor=SYSTEM, unit_id=group.id, name="New name", currency="EUR", now=NOW
    )

    assert (after.name, facade.reporting_currency()) == ("New name", "EUR")


def test_moving_a_company_moves_rights_with_it() -> None:
    brand = make_brand("tea")
    company = make_company("north")
    place = make_place("web", company=company)
    keeper = make_actor(role=RoleCode.VIEWER, unit_id=brand.id)
    assert facade.list_places(actor=keeper, filters=PlaceFilters()).items == ()

    moved = facade.move_unit(actor=SYSTEM, unit_id=company.id, parent_id=brand.id, now=NOW)

    again = facade.get_place(actor=SYSTEM, place_id=place.id)
    assert moved.path == f"{brand.path}{company.key}."
    assert Unit.objects.get(key=place.key).path == f"{moved.path}{place.key}."
    assert again.brand_key == brand.key
    assert [p.key for p in facade.list_places(actor=keeper, filters=PlaceFilters()).items] == [
        place.key
    ]


def test_moving_refuses_the_wrong_level_and_another_company() -> None:
    north, south = make_company("north"), make_company("south")
    place = make_place("web", company=north)

    with pytest.raises(WrongParentError):
        facade.move_unit(actor=SYSTEM, unit_id=north.id, parent_id=south.id, now=NOW)
    with pytest.raises(WrongParentError):
        facade.move_unit(actor=SYSTEM, unit_id=place.id, parent_id=south.id, now=NOW)


def test_ids_of_other_things_are_refused() -> None:
    with pytest.raises(MalformedIdError):
        facade.get_unit(actor=SYSTEM, unit_id="ord_00000000000000000000000000")
    with pytest.raises(UnitNotFoundError):
        facade.get_unit(actor=SYSTEM, unit_id="cmp_00000000000000000000000000")


def test_table_itself_refuses_a_second_root_and_a_lost_child() -> None:
    make_group()

    for kind, path in ((UnitKind.GROUP, "9."), (UnitKind.COMPANY, "8.")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.create(
                kind=kind.value, code="x", name="X", path=path, currency="CNY", created_at=NOW
            )


def test_lake_rows_say_where_a_place_belongs() -> None:
    brand = make_brand("tea")
    place = make_place("web", company=make_company("north", brand_code="tea"), is_simulated=True)
    make_place("s1", company=make_company("south"), place_type=PlaceType.STORE)

    rows = {row["code"]: row for row in read_places(None).to_pylist()}

    assert rows["web"]["place_id"] == place.id
    assert (rows["web"]["brand_key"], rows["web"]["simulated"]) == (brand.key, True)
    assert (rows["s1"]["brand_key"], rows["s1"]["channel"]) == (None, "store")


def test_rates_are_given_never_made_up() -> None:
    make_group()
    text = "currency,to_currency,valid_on,rate\nUSD,CNY,2026-01-01,7.1\nUSD,CNY,2026-02-01,7.2\n"

    assert facade.record_rates_file(actor=SYSTEM, text=text, source="bank", now=NOW) == 2
    corrected = text.replace("7.2", "7.25")
    facade.record_rates_file(actor=SYSTEM, text=corrected, source="bank, corrected", now=NOW)

    assert facade.rates(to_currency="CNY", currencies=["EUR"]) == ()
    assert [rate.rate for rate in facade.rates(to_currency="CNY")] == [
        Decimal("7.1"),
        Decimal("7.25"),
    ]
    assert [rate.source for rate in facade.list_rates(actor=SYSTEM).items] == [
        "bank, corrected",
        "bank, corrected",
    ]


def test_rates_are_the_groups_to_set() -> None:
    company = make_company()
    manager = make_actor(role=RoleCode.OWNER, unit_id=company.id)
    rate = Rate("USD", "CNY", datetime(2026, 1, 1, tzinfo=UTC).date(), Decimal(7), "bank")

    with pytest.raises(NotAllowedError):
        facade.record_rates(actor=manager, rates=[rate], now=NOW)
    with pytest.raises(OrgInputError):
        facade.record_rates(
            actor=SYSTEM, rates=[Rate("USD", "USD", rate.valid_on, Decimal(7), "bank")], now=NOW
        )
