"""Identity rules, refused links, merging and splitting on the console."""

import pytest
from django.test import Client
from tests.builders.customers import NOW, later, profile, resolve
from tests.builders.http import signed_in
from tests.builders.org import make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.know.customers.facade import list_rule_sets, run_activation
from quanqu.know.customers.models import Customer, Identifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return signed_in(make_person("Owner"))


def _form(**changed: str) -> dict[str, str]:
    active = next(row for row in list_rule_sets(actor=SYSTEM) if row.status == "active")
    form: dict[str, str] = {}
    for name, rule in active.rules.types.items():
        form |= {
            f"{name}.{field}": "" if (value := getattr(rule, field)) is None else str(value)
            for field in ("priority", "limit", "window_days", "shared_above")
        }
        form |= {f"{name}.blocked_values": "", f"{name}.blocked_patterns": ""}
        if rule.links:
            form[f"{name}.links"] = "1"
    return form | changed


def test_a_draft_is_saved_simulated_and_activated(owner: Client) -> None:
    resolve(
        {"member_id": "shop:1", "card_token": "psp:t1"},
        {"member_id": "web:1", "card_token": "psp:t1"},
    )

    saved = owner.post("/customers/identity-rules", _form(**{"card_token.links": "1"}))
    assert saved.status_code == 302
    shown = owner.post("/customers/identity-rules/simulation").content.decode()
    assert "Examples that would merge" in shown
    assert Customer.objects.filter(merged_into_key=None).count() == 2

    assert owner.post("/customers/identity-rules/activation").status_code == 302
    run_activation(version=1, now=NOW)
    assert Customer.objects.filter(merged_into_key=None).count() == 1
    assert "In force" in owner.get("/customers/identity-rules").content.decode()


def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(owner: Client) -> None:
    answer = owner.post("/customers/identity-rules", _form(**{"phone.limit": "many"}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="many"' in page
    assert "At most per customer: This is a whole number from 1 to 1000000." in page
    assert all(row.status != "draft" for row in list_rule_sets(actor=SYSTEM))


def test_refused_links_are_listed(owner: Client) -> None:
    resolve(
        {"user_id": "shop:ann", "email": "one@shop.org"},
        {"user_id": "shop:bob", "email": "one@shop.org"},
    )

    page = owner.get("/customers/breaches").content.decode()

    assert "o***@shop.org" in page
    assert "Over the limit" in page


def test_customers_are_merged_split_and_held_apart_on_their_page(owner: Client) -> None:
    one, two = resolve({"member_id": "shop:1", "email": "ann@shop.org"}, {"member_id": "web:2"})
    first, second = (ids.encode("cus", Customer.objects.get(key=key).id) for key in (one, two))

    assert owner.post(f"/customers/{first}/merge", {"other": second}).status_code == 302
    assert Customer.objects.get(key=two).merged_into_key == one

    email = Identifier.objects.get(type="email")
    form = {"identifier": str(email.id), "reason": "not hers"}
    assert owner.post(f"/customers/{first}/split", form).status_code == 302
    page = owner.get(f"/customers/{first}").content.decode()
    assert "Not the same person" in page
    assert "not hers" in page
    assert Identifier.objects.get(type="email").customer_id == email.key


def test_what_cannot_be_merged_is_said_on_the_page(owner: Client) -> None:
    (one,) = resolve({"member_id": "shop:1"})
    first = ids.encode("cus", Customer.objects.get(key=one).id)

    answer = owner.post(f"/customers/{first}/merge", {"other": first}, follow=True)

    assert "Both sides of the link are the same customer." in answer.content.decode()


def test_rules_of_profile_fields_are_drafted_simulated_and_shown(owner: Client) -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    assert ann is not None
    profile(ann, at=later(1), source="crm", city="Leeds")
    profile(ann, at=later(2), source="till", city="York")
    chosen = {"fields.city.by": "sources", "fields.city.sources": "crm， till"}

    wrong = owner.post("/customers/identity-rules", _form(**{**chosen, "fields.city.sources": ""}))
    saved = owner.post("/customers/identity-rules", _form(**chosen))
    told = owner.post("/customers/identity-rules/simulation").content.decode()
    owner.post("/customers/identity-rules/activation")
    run_activation(version=1, now=NOW)

    assert wrong.status_code == 422
    assert "Name at least one source." in wrong.content.decode()
    assert saved.status_code == 302
    assert "Customers that would show another value" in told
    assert "York → Leeds" in told
    page = owner.get("/customers/identity-rules").content.decode()
    assert 'value="crm, till"' in page
    assert "Sources met so far: crm, till." in page
    customer = ids.encode("cus", Customer.objects.get(key=ann).id)
    shown = owner.get(f"/customers/{customer}").content.decode()
    assert "By source, in order" in shown
    assert "1 other value" in shown
    assert "York · till" in shown
