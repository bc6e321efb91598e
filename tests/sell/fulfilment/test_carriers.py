"""Carriers and their prices on a database, and by HTTP."""

from datetime import timedelta

import pytest
from tests.builders.fulfilment import PRICES, make_carrier, price
from tests.builders.goods import NOW, make_shop
from tests.builders.http import API, problem, program
from tests.builders.org import actor_of_person, make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import (
    CarrierDraft,
    CarrierFieldError,
    CarrierNotFoundError,
    Destination,
    Measures,
    QuoteAsk,
    TariffError,
)

pytestmark = pytest.mark.django_db
ASKED = [QuoteAsk(Destination("CN", "200031"), Measures(800))]


@pytest.fixture
def shop():
    return make_shop()


def quoted(shop, today=None, asked=ASKED):
    return facade.quote_parcels(
        actor=SYSTEM, company_key=shop.company.key, asked=asked, today=today or NOW.date()
    )


def test_on_a_day_the_latest_version_that_has_begun_counts(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)
    price(carrier)
    dearer = PRICES.replace("step,near,,,,1000,6.00", "step,near,,,,1000,9.00")
    price(carrier, csv=dearer, since=NOW.date() + timedelta(days=3))

    assert [one.price_minor for one in quoted(shop)[0]] == [651]
    assert [one.price_minor for one in quoted(shop, NOW.date() + timedelta(days=3))[0]] == [977]
    assert quoted(shop, NOW.date() - timedelta(days=1)) == [[]]


def test_the_same_prices_again_make_no_version(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)

    versions = [price(carrier).tariff.version, price(carrier).tariff.version]

    assert versions == [1, 1]
    assert len(facade.list_tariffs(actor=SYSTEM, carrier_id=carrier).items) == 1


def test_a_file_with_a_wrong_row_changes_nothing(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)

    done = price(carrier, csv=f"{PRICES}step,near,,,,much,1.00,,,,,,\n")

    assert [one.row for one in done.rejected] == [PRICES.count("\n")]
    assert done.tariff is None
    assert quoted(shop) == [[]]


def test_prices_of_a_day_that_is_over_and_another_currency_are_refused(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)
    saved = price(carrier).tariff

    with pytest.raises(TariffError):
        price(carrier, since=NOW.date() - timedelta(days=1), csv=PRICES.replace("6.00", "7.00"))
    draft = facade.list_tariffs(actor=SYSTEM, carrier_id=carrier).items[0]
    assert draft == saved


def test_offers_of_all_carriers_come_cheapest_first_in_a_fixed_number_of_queries(
    shop, django_assert_num_queries
):
    for code, prefix in (("courier", "QC"), ("van", "VA")):
        carrier = encode("cac", make_carrier(shop.company.key, code, prefix).id)
        csv = PRICES if code == "courier" else PRICES.replace(",6.00", ",5.00")
        price(carrier, csv=csv)

    with django_assert_num_queries(2):
        answers = quoted(shop, asked=ASKED * 500)

    assert len(answers) == 500
    assert [one.carrier_name for one in answers[0]] == ["Van Express", "Courier Express"]


def test_an_inactive_carrier_offers_nothing(shop):
    made = make_carrier(shop.company.key)
    price(encode("cac", made.id))
    draft = CarrierDraft(
        shop.company.key, made.code, made.name, settings=made.settings, is_active=False
    )
    facade.save_carrier(actor=SYSTEM, draft=draft, now=NOW)

    assert quoted(shop) == [[]]


@pytest.mark.parametrize(
    "told",
    [
        {"code": "Courier"},
        {"name": " "},
        {"carrier": "stork"},
        {"settings": {"prefix": "q"}},
        {"settings": {"prefix": "QC", "colour": "red"}},
    ],
)
def test_a_carrier_that_cannot_be_is_refused(shop, told):
    fields = {"code": "courier", "name": "Courier", "settings": {"prefix": "QC"}} | told

    with pytest.raises(CarrierFieldError):
        facade.save_carrier(actor=SYSTEM, draft=CarrierDraft(shop.company.key, **fields), now=NOW)


def test_carriers_are_managed_by_who_has_the_whole_company(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)
    manager = actor_of_person(
        make_person("Keeper", unit_id=shop.store.id, role=RoleCode.STORE_MANAGER)
    )
    stranger = actor_of_person(
        make_person("Other", unit_id=make_shop("south").company.id, role=RoleCode.STORE_MANAGER)
    )

    assert facade.get_carrier(actor=manager, carrier_id=carrier).code == "courier"
    with pytest.raises(NotAllowedError):
        facade.renew_carrier_secret(actor=manager, carrier_id=carrier, now=NOW)
    with pytest.raises(CarrierNotFoundError):
        facade.get_carrier(actor=stranger, carrier_id=carrier)
    assert facade.list_carriers(actor=stranger) == []


def post(client, path, body, *, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{API}{path}", body, "application/json", headers=headers)


def test_by_http_a_carrier_is_added_priced_and_asked(shop):
    client = program()
    body = {
        "company": shop.company.id, "code": "van", "name": "Own van",
        "settings": {"prefix": "VAN"},
    }  # fmt: skip
    made = post(client, "/carriers", body, key="a").json()
    tariff = {
        "service": "day", "name": "Same day", "currency": "CNY", "valid_from": "2026-11-01",
        "areas": [{"zone": "town", "country": "CN", "postcode": "20"}],
        "steps": [{"zone": "town", "up_to_g": 5000, "price": "12.50"}],
        "terms": [{"zone": "town", "min_days": 0, "max_days": 1}],
        "surcharges": [{"code": "fuel", "kind": "rate", "rate_points": 500}],
    }  # fmt: skip

    answer = post(client, f"/carriers/{made['id']}/tariffs", tariff)
    assert answer.status_code == 201, answer.content
    offers = post(
        client,
        "/carrier-quotes",
        {
            "company": shop.company.id,
            "parcels": [{"country": "CN", "postcode": "200031", "weight_g": 900}],
            "handed_over_on": "2026-11-27",
        },
    ).json()["offers"]

    assert made == post(client, "/carriers", body, key="a").json()
    assert offers[0][0]["price"] == {"amount": "13.13", "currency": "CNY"}
    assert [one["code"] for one in offers[0][0]["parts"]] == ["carriage", "fuel"]
    listed = client.get(f"{API}/carriers/{made['id']}/tariffs").json()["items"]
    assert listed[0]["surcharges"][0]["rate_points"] == 500
    assert client.get(f"{API}/carriers/{made['id']}").json()["has_secret"] is False
    secret = post(client, f"/carriers/{made['id']}/webhook-secret", {}).json()
    assert secret["secret"].startswith("whsec_")
    assert secret["path"] == f"/hooks/carriers/{made['id']}"


def test_by_http_wrong_prices_are_refused_by_name(shop):
    client = program()
    carrier = encode("cac", make_carrier(shop.company.key).id)
    body = {
        "service": "day", "name": "Same day", "currency": "CNY", "valid_from": "2026-11-01",
        "areas": [{"zone": "town", "country": "CN"}], "steps": [], "terms": [],
    }  # fmt: skip

    problem(post(client, f"/carriers/{carrier}/tariffs", body), 422, "fulfilment.tariff")
    file = {key: body[key] for key in ("service", "name", "currency", "valid_from")}
    done = post(client, f"/carriers/{carrier}/tariff-files", file | {"csv": "kind,zone\nx,y\n"})
    assert done.json()["rejected"][0]["row"] == 1
    assert done.json()["version"] is None
