"""Profiles are data with versions: read with care, put in force, undone, kept apart by channel."""

from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.org import make_actor, make_company
from tests.builders.sourcing import NOW, Chain, body, shipped

from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.sourcing.contracts import (
    STANDARD,
    PlaceOffer,
    ProfileError,
    ProfileNotFoundError,
    SourcingPlaceError,
)
from quanqu.sell.sourcing.facade import (
    activate_profile,
    end_shadow,
    get_version,
    list_versions,
    save_profile,
    set_offers,
    shadow_profile,
    undo_activation,
)
from quanqu.sell.sourcing.models import Version
from quanqu.sell.sourcing.queries.versions import acting
from quanqu.sell.sourcing.rules.reading import profile_schema, read_profile, written

NEAR = body("parcels", "distance")
DEEP = body("depth")


def broken(**changes):
    return NEAR | changes


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ({}, "$"),
        (broken(default="other"), "$.default"),
        (broken(more=1), "$"),
        (broken(strategies={}), "$.strategies"),
        (broken(strategies={"only": {"criteria": []}}), "$.strategies[...].criteria"),
        (broken(strategies={"Only": NEAR["strategies"]["only"]}), "$.strategies"),
        (body("parcels", "parcels"), "$.strategies.only.criteria"),
        (body("luck"), "$.strategies[...].criteria[0].by"),
        (body("distance/0"), "$.strategies[...].criteria[0].band"),
        (body(most_parcels=6), "$.strategies[...].most_parcels"),
        (body(fallback="only"), "$.strategies.only.fallback"),
        (body(fallback="other"), "$.strategies.only.fallback"),
        (body(kinds=["castle"]), "$.strategies.only.kinds"),
        (body(filters={"kinds": ["castle"]}), "$.strategies.only.filters.kinds"),
        (body(filters={"tags": ["a\x00b"]}), "$.strategies[...].filters.tags[0]"),
        (broken(rules=[{"strategy": "x", "when": {}}]), "$.rules[0].strategy"),
        (
            broken(rules=[{"strategy": "only", "when": {"channels": ["x"]}}]),
            "$.rules[0].when.channels",
        ),
        (
            broken(
                rules=[
                    {"strategy": "only", "when": {"hours": {"begins": 0, "ends": 1, "zone": "X"}}}
                ]
            ),
            "$.rules[0].when.hours.zone",
        ),
        (broken(transit=[]), "$.transit"),
        (broken(transit=[{"hours": 1, "up_to_km": 5}]), "$.transit"),
        (
            broken(
                transit=[{"hours": 1, "up_to_km": 9}, {"hours": 2, "up_to_km": 5}, {"hours": 3}]
            ),
            "$.transit",
        ),
        (broken(kg_km_minor=-1), "$.kg_km_minor"),
    ],
)
def test_what_is_no_profile_is_refused_by_the_field_that_is_wrong(told, at):
    with pytest.raises(ProfileError) as refused:
        read_profile(told)

    assert refused.value.fields["at"] == at


def test_a_profile_comes_back_as_it_was_written():
    assert read_profile(written(STANDARD)) == STANDARD
    assert set(profile_schema()["$defs"]) >= {"Profile", "Strategy", "Filters", "Condition"}


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_at_a_field_is_refused_or_read(anything):
    for told in (broken(rules=anything), broken(default=anything), {"strategies": anything}):
        with suppress(ProfileError):  # nothing else is raised
            assert read_profile(told).strategies


@pytest.mark.django_db
def test_a_version_acts_from_its_activation_on_and_undo_goes_back():
    chain = Chain()
    chain.stock(near=(2, 0), depot=(90, 0))
    key = chain.company.key

    before = shipped(chain.allocate())
    deep = chain.profile(DEEP)
    after = shipped(chain.allocate())
    near = chain.profile(NEAR)
    back = undo_activation(actor=SYSTEM, company_key=key, channel="", now=NOW)

    assert list(before) == [chain.near]
    assert list(after) == [chain.depot]
    assert (deep.number, near.number) == (1, 2)
    assert back.id == deep.id
    assert acting(key, "web").version.id == deep.id
    again = undo_activation(actor=SYSTEM, company_key=key, channel="", now=NOW)
    assert again.id == near.id
    told = list(AuditRecord.objects.order_by("pk").values_list("action", flat=True))
    assert [one for one in told if one.startswith("sourcing")] == [
        "sourcing.save", "sourcing.activate", "sourcing.save", "sourcing.activate",
        "sourcing.undo", "sourcing.undo",
    ]  # fmt: skip


@pytest.mark.django_db
def test_undoing_the_first_activation_goes_back_to_the_standard():
    chain = Chain()
    chain.profile(DEEP)
    key = chain.company.key

    assert undo_activation(actor=SYSTEM, company_key=key, channel="", now=NOW) is None
    assert acting(key, "").number == 0
    assert undo_activation(actor=SYSTEM, company_key=key, channel="", now=NOW).number == 1
    with pytest.raises(ProfileNotFoundError):
        undo_activation(actor=SYSTEM, company_key=key, channel="web", now=NOW)


@pytest.mark.django_db
def test_a_channel_may_have_a_profile_of_its_own():
    chain = Chain()
    every, web = chain.profile(NEAR), chain.profile(DEEP, channel="web")
    key = chain.company.key

    assert acting(key, "web").version.id == web.id
    assert acting(key, "app").version.id == every.id
    with pytest.raises(ProfileError):
        chain.profile(NEAR, channel="fax")


@pytest.mark.django_db
def test_the_same_profile_saved_again_is_the_same_version():
    chain = Chain()

    one = chain.profile(NEAR, activate=False)
    same = chain.profile(NEAR, activate=False)
    other = chain.profile(DEEP, activate=False)

    assert one.id == same.id
    assert (one.number, other.number) == (1, 2)
    assert [row.number for row in list_versions(actor=SYSTEM)] == [2, 1]


@pytest.mark.django_db
def test_a_version_in_shadow_is_not_the_one_in_force():
    chain = Chain()
    one, other = chain.profile(NEAR), chain.profile(DEEP, activate=False)
    key = chain.company.key

    with pytest.raises(ProfileError):
        shadow_profile(actor=SYSTEM, version_id=one.id, now=NOW)
    assert shadow_profile(actor=SYSTEM, version_id=other.id, now=NOW).is_shadow
    activate_profile(actor=SYSTEM, version_id=other.id, now=NOW)
    told = get_version(actor=SYSTEM, version_id=other.id)
    assert (told.is_active, told.is_shadow) == (True, False)
    shadow_profile(actor=SYSTEM, version_id=one.id, now=NOW)
    end_shadow(actor=SYSTEM, company_key=key, channel="", now=NOW)
    end_shadow(actor=SYSTEM, company_key=key, channel="", now=NOW)
    assert acting(key, "").shadow is None


@pytest.mark.django_db
def test_only_who_has_the_right_over_the_whole_company_sees_and_changes_its_profiles():
    chain, other = Chain(), make_company("other")
    saved = chain.profile(NEAR)
    clerk = make_actor("Wu", role=RoleCode.MERCHANDISER, unit_id=other.id)
    ours = make_actor("Li", role=RoleCode.MERCHANDISER, unit_id=chain.company.id)
    viewer = make_actor("Bo", role=RoleCode.VIEWER, unit_id=chain.company.id)

    assert list_versions(actor=clerk) == ()
    with pytest.raises(ProfileNotFoundError):
        get_version(actor=clerk, version_id=saved.id)
    with pytest.raises(ProfileNotFoundError):
        activate_profile(actor=clerk, version_id=saved.id, now=NOW)
    with pytest.raises(NotAllowedError):
        save_profile(actor=clerk, company_key=chain.company.key, channel="", body=DEEP, now=NOW)
    with pytest.raises(NotAllowedError):
        save_profile(actor=viewer, company_key=chain.company.key, channel="", body=DEEP, now=NOW)
    with pytest.raises(ProfileNotFoundError):
        get_version(actor=viewer, version_id=uuid4())
    assert [row.id for row in list_versions(actor=ours)] == [saved.id]
    assert Version.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"daily_parcels": -1},
        {"cut_off": 1440},
        {"lead_minutes": -5},
        {"kg_km_minor": float("nan")},
        {"opens": ((0, 60),)},
        {"opens": ((60, 60),) * 7},
        {"tags": ("",)},
        {"tags": ("a\x00",)},
        {"channels": ("fax",)},
    ],
)
def test_an_offer_that_cannot_be_is_refused(fields):
    chain = Chain()

    with pytest.raises(SourcingPlaceError):
        chain.offer(chain.near, **fields)


@pytest.mark.django_db
def test_offers_are_said_of_places_within_reach():
    chain = Chain()
    clerk = make_actor("Wu", role=RoleCode.MERCHANDISER, unit_id=make_company("other").id)
    offer = PlaceOffer(is_shipping=True, is_pickup=False)

    with pytest.raises(SourcingPlaceError):
        set_offers(actor=clerk, offers={chain.near: offer}, now=NOW)
    with pytest.raises(SourcingPlaceError):
        set_offers(actor=SYSTEM, offers={10**6: offer}, now=NOW)
