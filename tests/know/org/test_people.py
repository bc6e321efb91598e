"""People, roles, API keys and login links: who may give what, and for how long."""

from datetime import timedelta

import pytest
from tests.builders.org import (
    NOW,
    actor_of_person,
    make_actor,
    make_company,
    make_group,
    make_key,
    make_person,
    make_place,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor, InvalidTokenError
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org import facade
from quanqu.know.org.contracts import (
    ApiKeyNotFoundError,
    AssignmentNotFoundError,
    EmailTakenError,
    KeyNotActiveError,
    LastOwnerError,
    LoginLinkRefusedError,
    OrgInputError,
    PersonFilters,
    PersonNotFoundError,
    PersonPreferences,
    RightsExceededError,
    RoleCode,
    RoleGrant,
    Theme,
    UnitNotFoundError,
)
from quanqu.know.org.models import ApiKey, LoginLink, Person

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def test_person_gets_a_role_and_an_address_in_lower_case() -> None:
    grant = RoleGrant(RoleCode.OWNER, make_group().id)

    made = facade.create_person(
        actor=SYSTEM, email="Lin@Example.com", name="林", grant=grant, now=NOW
    )

    assert made.email == "lin@example.com"
    assert [held.role for held in made.assignments] == [RoleCode.OWNER]
    assert facade.find_person_by_email(email="LIN@example.com", now=NOW) == made
    with pytest.raises(EmailTakenError):
        facade.create_person(
            actor=SYSTEM, email="lin@EXAMPLE.com", name="Other", grant=grant, now=NOW
        )


def test_trail_masks_the_address() -> None:
    made = make_person("Lin")

    entry = list_entries(actor=SYSTEM, filters=AuditFilters(subject=made.id)).items[0]

    assert entry.after is not None
    assert entry.after["email"] == "l***@example.com"


def test_nobody_gives_away_more_than_they_hold() -> None:
    north, south = make_company("north"), make_company("south")
    manager = make_actor(role=RoleCode.ADMINISTRATOR, unit_id=north.id)

    def create(role: RoleCode, unit_id: str) -> None:
        facade.create_person(
            actor=manager,
            email="new@example.com",
            name="N",
            grant=RoleGrant(role, unit_id),
            now=NOW,
        )

    with pytest.raises(RightsExceededError):
        create(RoleCode.OWNER, north.id)
    with pytest.raises(UnitNotFoundError):
        create(RoleCode.VIEWER, south.id)
    create(RoleCode.STORE_MANAGER, north.id)

    with pytest.raises(NotAllowedError):
        facade.create_person(
            actor=make_actor("Vi", role=RoleCode.VIEWER),
            email="other@example.com",
            name="O",
            grant=RoleGrant(RoleCode.VIEWER, north.id),
            now=NOW,
        )


def test_role_stops_at_its_expiry() -> None:
    company = make_company()
    shop = make_place("web", company=company)
    person = make_person("Temp", role=RoleCode.VIEWER, unit_id=company.id)
    held = RoleGrant(RoleCode.ANALYST, company.id, expires_at=LATER)

    facade.grant_role(actor=SYSTEM, person_id=person.id, grant=held, now=NOW)

    assert actor_of_person(person, now=NOW).scope("timeline.view").places == {shop.key}
    assert actor_of_person(person, now=LATER).scope("timeline.view").is_empty
    with pytest.raises(OrgInputError):
        facade.grant_role(actor=SYSTEM, person_id=person.id, grant=held, now=LATER)


def test_role_given_again_takes_the_new_expiry() -> None:
    person = make_person("Temp", role=RoleCode.VIEWER)
    grant = RoleGrant(RoleCode.VIEWER, make_group().id, expires_at=LATER)

    after = facade.grant_role(actor=SYSTEM, person_id=person.id, grant=grant, now=NOW)

    assert [held.expires_at for held in after.assignments] == [LATER]


def test_role_taken_away_is_gone_at_once() -> None:
    person = make_person("Ann", role=RoleCode.VIEWER)
    held = person.assignments[0]

    facade.revoke_role(actor=SYSTEM, person_id=person.id, assignment_id=held.id, now=NOW)

    assert not actor_of_person(person).can("org.view")
    with pytest.raises(AssignmentNotFoundError):
        facade.revoke_role(actor=SYSTEM, person_id=person.id, assignment_id=held.id, now=NOW)


def test_last_owner_stays() -> None:
    owner = make_person("Own")
    with pytest.raises(LastOwnerError):
        facade.change_person(actor=SYSTEM, person_id=owner.id, is_active=False, now=NOW)
    with pytest.raises(LastOwnerError):
        facade.revoke_role(
            actor=SYSTEM, person_id=owner.id, assignment_id=owner.assignments[0].id, now=NOW
        )

    make_person("Second")
    after = facade.change_person(actor=SYSTEM, person_id=owner.id, is_active=False, now=NOW)

    assert not after.is_active
    assert facade.actor_for_person(person_key=owner.key, now=NOW) is None


def test_people_are_seen_by_those_who_manage_their_part() -> None:
    north, south = make_company("north"), make_company("south")
    boss = make_actor("Boss", role=RoleCode.ADMINISTRATOR, unit_id=north.id)
    ann = make_person("Ann", role=RoleCode.VIEWER, unit_id=north.id)
    bo = make_person("Bo", role=RoleCode.VIEWER, unit_id=south.id)

    seen = facade.list_people(actor=boss, filters=PersonFilters(), now=NOW).items

    assert {person.name for person in seen} == {"Boss", "Ann"}
    assert facade.get_person(actor=boss, person_id=ann.id, now=NOW) == ann
    assert facade.get_person(actor=actor_of_person(bo), person_id=bo.id, now=NOW) == bo
    with pytest.raises(PersonNotFoundError):
        facade.get_person(actor=boss, person_id=bo.id, now=NOW)
    with pytest.raises(NotAllowedError):
        facade.list_people(actor=actor_of_person(ann), filters=PersonFilters(), now=NOW)


def test_administrator_cannot_act_on_an_owner() -> None:
    owner = make_person("Own")
    admin = make_actor("Adm", role=RoleCode.ADMINISTRATOR)

    with pytest.raises(RightsExceededError):
        facade.create_login_link(actor=admin, person_id=owner.id, now=NOW)
    with pytest.raises(RightsExceededError):
        facade.change_person(actor=admin, person_id=owner.id, is_active=False, now=NOW)


def test_preferences_are_ones_own() -> None:
    person = make_person("Ann")
    wanted = PersonPreferences("zh-hans", "Asia/Shanghai", Theme.DARK)

    after = facade.set_preferences(actor=actor_of_person(person), preferences=wanted, now=NOW)

    assert after.preferences == wanted
    assert actor_of_person(person).time_zone == "Asia/Shanghai"
    with pytest.raises(OrgInputError):
        facade.set_preferences(actor=SYSTEM, preferences=wanted, now=NOW)


def test_key_acts_with_its_role_over_its_unit() -> None:
    north, south = make_company("north"), make_company("south")
    shop = make_place("web", company=north)
    make_place("s", company=south)

    issued = make_key(role=RoleCode.INTEGRATOR, unit_id=north.id)
    actor = facade.actor_for_token(token=issued.token, now=NOW)

    assert actor.id == issued.info.id
    assert actor.scope("orders.manage").places == {shop.key}
    assert not actor.can("org.manage")
    assert issued.token.startswith(f"{issued.info.prefix}_")


def test_secret_rests_as_a_hash_only() -> None:
    issued = make_key()

    row = ApiKey.objects.get()

    assert issued.token.encode() not in bytes(row.secret_hash)
    assert len(bytes(row.secret_hash)) == 32
    assert issued.token.rpartition("_")[2] not in row.prefix


@pytest.mark.parametrize("change", ["", "x", "qq_live_00000000"])
def test_wrong_tokens_are_refused_alike(change: str) -> None:
    issued = make_key()

    for text in (change, issued.token[:-1] + ("0" if issued.token[-1] != "0" else "1")):
        with pytest.raises(InvalidTokenError):
            facade.actor_for_token(token=text, now=NOW)


def test_key_expires() -> None:
    issued = make_key(expires_at=LATER)

    facade.actor_for_token(token=issued.token, now=LATER - timedelta(seconds=1))

    with pytest.raises(InvalidTokenError):
        facade.actor_for_token(token=issued.token, now=LATER)


def test_rotation_overlaps_then_only_the_new_key_works() -> None:
    old = make_key()

    new = facade.rotate_api_key(actor=SYSTEM, key_id=old.info.id, overlap_s=60, now=NOW)

    for token in (old.token, new.token):
        facade.actor_for_token(token=token, now=NOW + timedelta(seconds=59))
    facade.actor_for_token(token=new.token, now=NOW + timedelta(seconds=60))
    with pytest.raises(InvalidTokenError):
        facade.actor_for_token(token=old.token, now=NOW + timedelta(seconds=60))
    with pytest.raises(KeyNotActiveError):
        facade.rotate_api_key(actor=SYSTEM, key_id=old.info.id, now=NOW)
    states = [info.state for info in facade.list_api_keys(actor=SYSTEM, now=NOW).items]
    assert states == ["replaced", "active"]


def test_rotation_without_overlap_stops_the_old_key_now() -> None:
    old = make_key()

    facade.rotate_api_key(actor=SYSTEM, key_id=old.info.id, overlap_s=0, now=LATER)

    with pytest.raises(InvalidTokenError):
        facade.actor_for_token(token=old.token, now=LATER)


def test_revoked_key_stops_at_once() -> None:
    issued = make_key()

    facade.revoke_api_key(actor=SYSTEM, key_id=issued.info.id, now=NOW)

    with pytest.raises(InvalidTokenError):
        facade.actor_for_token(token=issued.token, now=NOW)
    with pytest.raises(KeyNotActiveError):
        facade.revoke_api_key(actor=SYSTEM, key_id=issued.info.id, now=NOW)


def test_keys_are_managed_by_those_over_their_unit() -> None:
    north, south = make_company("north"), make_company("south")
    issued = make_key(unit_id=south.id)
    boss = make_actor("Boss", role=RoleCode.OWNER, unit_id=north.id)

    assert facade.list_api_keys(actor=boss, now=NOW).items == ()
    with pytest.raises(ApiKeyNotFoundError):
        facade.revoke_api_key(actor=boss, key_id=issued.info.id, now=NOW)


def test_use_is_noted_to_the_minute() -> None:
    issued = make_key()

    for seconds in (0, 30, 59):
        facade.actor_for_token(token=issued.token, now=NOW + timedelta(seconds=seconds))
    noted = ApiKey.objects.get().last_used_at
    facade.actor_for_token(token=issued.token, now=NOW + timedelta(seconds=61))

    assert noted == NOW
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=61)


def link_for(actor: Actor = SYSTEM) -> str:
    person = make_person("Link")
    return facade.create_login_link(actor=actor, person_id=person.id, now=NOW).token


def test_login_link_works_once() -> None:
    token = link_for()

    person = facade.redeem_login_link(token=token, now=NOW)

    assert person.name == "Link"
    with pytest.raises(LoginLinkRefusedError):
        facade.redeem_login_link(token=token, now=NOW)


def test_login_link_expires() -> None:
    token = link_for()

    with pytest.raises(LoginLinkRefusedError):
        facade.redeem_login_link(token=token, now=NOW + timedelta(minutes=15))


def test_login_link_needs_its_signature_and_rests_as_a_hash() -> None:
    token = link_for()
    body, _, signature = token.partition(".")

    def other(letter: str) -> str:
        return "B" if letter == "A" else "A"

    wrong_end = f"{body}.{signature[:-1]}{other(signature[-1])}"
    wrong_start = f"{other(body[0])}{body[1:]}.{signature}"
    for forged in (body, wrong_end, wrong_start, ""):
        with pytest.raises(LoginLinkRefusedError):
            facade.redeem_login_link(token=forged, now=NOW)
    assert token.encode() not in bytes(LoginLink.objects.get().token_hash)


def test_login_link_of_someone_shut_out_is_refused() -> None:
    token = link_for()
    Person.objects.update(is_active=False)

    with pytest.raises(LoginLinkRefusedError):
        facade.redeem_login_link(token=token, now=NOW)
