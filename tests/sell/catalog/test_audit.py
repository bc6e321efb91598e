"""The consistency audit: what it sees, and that decisions outlive a run."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.builders.catalog import COMPANY, MARKET, NOW, SHOP, STORE, make_actor, record, show

from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.money import Money
from quanqu.sell.catalog.contracts import (
    AuditOutcome,
    AuditPolicy,
    FindingFilters,
    FindingKind,
    FindingNotFoundError,
    FindingRow,
    FindingSort,
    FindingState,
    PolicyRangeError,
    ProductFilters,
    Severity,
)
from quanqu.sell.catalog.facade import (
    audit_listings,
    count_findings,
    decide_findings,
    get_policy,
    get_product,
    list_findings,
    list_products,
    set_policy,
    tally_findings,
)

pytestmark = pytest.mark.django_db

KEEPER = make_actor("catalog.view", "catalog.manage")
MUG = {"external_product": "p1", "sku": "MUG-W", "name": "White mug"}
LATER = NOW + timedelta(days=1)


def audit(now: datetime = NOW) -> AuditOutcome:
    return audit_listings(actor=SYSTEM, company_key=COMPANY, now=now)


def findings(**filters: object) -> list[FindingRow]:
    return list(list_findings(actor=KEEPER, filters=FindingFilters(**filters)).items)


def only_finding(kind: FindingKind) -> FindingRow:
    (found,) = findings(kind=kind, state=None)
    return found


def test_listings_that_agree_but_for_case_and_punctuation_are_no_finding() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, title="White mug, 300 ml")
    show(mug, MARKET, title="WHITE MUG（300ML）", status="active")

    assert audit() == AuditOutcome(opened=0, reopened=0, kept=0, closed=0)


def test_a_differing_name_tells_what_each_place_shows() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, title="White mug")
    show(mug, MARKET, title="Ivory beaker")

    assert audit().opened == 1
    found = only_finding(FindingKind.NAME_DIFFERS)
    assert [(value.place_key, value.value) for value in found.values] == [
        (SHOP, "White mug"),
        (MARKET, "Ivory beaker"),
    ]
    assert (found.severity, found.sku) == (Severity.HIGH, "MUG-W")
    assert all(value.listing_id.startswith("lst_") for value in found.values)


@pytest.mark.parametrize(
    ("price", "severity"),
    [(1250, None), (1200, Severity.LOW), (1100, Severity.MEDIUM), (900, Severity.HIGH)],
)
def test_a_differing_price_weighs_by_its_spread(price: int, severity: Severity | None) -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=price)
    audit()

    found = findings(kind=FindingKind.PRICE_DIFFERS)
    assert [row.severity for row in found] == ([severity] if severity else [])


def test_a_differing_price_is_money_to_be_shown() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=999)
    audit()

    (found,) = findings(kind=FindingKind.PRICE_DIFFERS)
    assert {(value.value, value.price) for value in found.values} == {
        ("GBP 12.50", Money(1250, "GBP")),
        ("GBP 9.99", Money(999, "GBP")),
    }


def test_the_gravest_findings_come_first_over_pages() -> None:
    prices = {"a": 1200, "b": 900, "c": 1100, "d": 800, "e": 1249}
    for sku, price in prices.items():
        (variant,) = record({"external_product": sku, "sku": sku, "name": "White mug"})
        show(variant, SHOP, price_minor=1250)
        show(variant, MARKET, price_minor=price)
    audit()

    def pages(sort: FindingSort) -> list[str]:
        skus, cursor = [], None
        while True:
            page = list_findings(
                actor=KEEPER, filters=FindingFilters(), cursor=cursor, limit=2, sort=sort
            )
            skus += [row.sku for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return skus

    assert set(pages(FindingSort.GRAVEST)[:2]) == {"b", "d"}
    assert pages(FindingSort.GRAVEST)[2] == "c"
    assert sorted(pages(FindingSort.GRAVEST)) == sorted(pages(FindingSort.NEWEST)) == [*prices]
    assert {row.state for row in findings()} == {FindingState.OPEN}


def test_prices_in_different_currencies_are_not_compared() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=9900, currency="CNY")

    assert audit().opened == 0


def test_a_tolerance_decides_what_is_the_same_price() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1000)
    show(mug, MARKET, price_minor=950)
    policy = AuditPolicy(price_tolerance_rate=Decimal("0.05"))

    assert set_policy(actor=KEEPER, company_key=COMPANY, policy=policy, now=NOW) == policy
    assert audit().opened == 0
    show(mug, MARKET, price_minor=949)
    assert audit().opened == 1
    assert get_policy(actor=KEEPER, company_key=COMPANY) == policy


def test_a_tolerance_has_a_range_and_a_scope() -> None:
    bad = AuditPolicy(price_tolerance_rate=Decimal("1.01"))
    with pytest.raises(PolicyRangeError):
        set_policy(actor=KEEPER, company_key=COMPANY, policy=bad, now=NOW)
    with pytest.raises(NotAllowedError):
        set_policy(actor=KEEPER, company_key=COMPANY + 1, policy=AuditPolicy(), now=NOW)
    with pytest.raises(NotAllowedError):
        get_policy(actor=KEEPER, company_key=COMPANY + 1)


def test_descriptions_statuses_and_doubles_are_seen() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, description="A white mug of stoneware, 300 ml.")
    show(mug, MARKET, description="Best gift ever for the office!")
    show(mug, STORE, status="inactive")
    show(mug, SHOP, external_id="second")
    audit()

    assert {row.kind for row in findings()} == {
        FindingKind.DESCRIPTION_DIFFERS,
        FindingKind.STATUS_DIFFERS,
        FindingKind.DUPLICATE_LISTING,
    }


def test_a_variant_that_a_listing_place_lacks_is_missing_there() -> None:
    mug, lamp = record(MUG, {"external_product": "p2", "sku": "LAMP", "name": "Lamp"})
    show(mug, SHOP)
    show(mug, MARKET)
    show(lamp, SHOP, title="Lamp")
    audit()

    found = only_finding(FindingKind.MISSING_LISTING)
    assert (found.sku, found.severity) == ("LAMP", Severity.LOW)
    assert [(value.place_key, value.value) for value in found.values] == [
        (SHOP, "listed"),
        (MARKET, "missing"),
    ]


def test_bad_and_shared_barcodes_are_seen() -> None:
    record(
        MUG | {"gtin": "4006381333930"},
        {"external_product": "p2", "sku": "A", "gtin": "4006381333931"},
        {"external_product": "p3", "sku": "B", "gtin": "04006381333931"},
    )
    audit()

    assert only_finding(FindingKind.GTIN_INVALID).sku == "MUG-W"
    shared = findings(kind=FindingKind.GTIN_SHARED)
    assert {row.sku for row in shared} == {"A", "B"}
    assert {value.value for row in shared for value in row.values} == {"A", "B"}


def test_an_accepted_finding_stays_accepted_until_its_values_change() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=1300)
    audit()
    found = only_finding(FindingKind.PRICE_DIFFERS)
    decide_findings(
        actor=KEEPER, finding_ids=[found.id], state=FindingState.ACCEPTED, note="fees", now=NOW
    )

    show(mug, MARKET, price_minor=1300, now=LATER)
    assert audit(LATER) == AuditOutcome(opened=0, reopened=0, kept=1, closed=0)
    kept = only_finding(FindingKind.PRICE_DIFFERS)
    assert (kept.state, kept.decided_by, kept.note) == (FindingState.ACCEPTED, "Ada", "fees")

    show(mug, MARKET, price_minor=1350, now=LATER)
    assert audit(LATER).reopened == 1
    again = only_finding(FindingKind.PRICE_DIFFERS)
    assert (again.state, again.decided_by, again.decided_at) == (FindingState.OPEN, "", None)


def test_a_resolved_finding_opens_again_only_when_the_channel_still_shows_it() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=1300)
    audit()
    ids = [only_finding(FindingKind.PRICE_DIFFERS).id]
    decide_findings(actor=KEEPER, finding_ids=ids, state=FindingState.RESOLVED, now=NOW)

    assert audit(LATER).kept == 1
    assert only_finding(FindingKind.PRICE_DIFFERS).state is FindingState.RESOLVED
    show(mug, MARKET, price_minor=1300, now=LATER)
    assert audit(LATER).reopened == 1


def test_a_finding_that_is_gone_is_closed_and_opens_when_it_returns() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=1300)
    audit()
    show(mug, MARKET, price_minor=1250)

    assert audit().closed == 1
    assert only_finding(FindingKind.PRICE_DIFFERS).state is FindingState.RESOLVED
    show(mug, MARKET, price_minor=1300)
    assert audit() == AuditOutcome(opened=0, reopened=1, kept=0, closed=0)


def test_decisions_are_counted_audited_and_kept_in_scope() -> None:
    mug, lamp = record(MUG, {"external_product": "p2", "sku": "LAMP", "name": "Lamp"})
    for key in (mug, lamp):
        show(key, SHOP, price_minor=1250)
        show(key, MARKET, price_minor=1300)
    audit()
    ids = [row.id for row in findings()]
    accepted = FindingState.ACCEPTED

    assert decide_findings(actor=KEEPER, finding_ids=ids, state=accepted, now=NOW) == 2
    assert decide_findings(actor=KEEPER, finding_ids=ids, state=accepted, now=NOW) == 0
    noted = AuditRecord.objects.get(action="catalog.decide_findings")
    assert (noted.subject, noted.before) == ("2 findings", dict.fromkeys(ids, "open"))

    stranger = make_actor("catalog.manage", companies=[COMPANY + 1])
    with pytest.raises(FindingNotFoundError):
        decide_findings(actor=stranger, finding_ids=ids, state=accepted, now=NOW)
    with pytest.raises(NotAllowedError):
        decide_findings(actor=make_actor("catalog.view"), finding_ids=ids, state=accepted, now=NOW)
    with pytest.raises(NotAllowedError):
        audit_listings(actor=stranger, company_key=COMPANY, now=NOW)


def test_findings_are_counted_and_shown_on_their_product() -> None:
    (mug,) = record(MUG)
    show(mug, SHOP, price_minor=1250)
    show(mug, MARKET, price_minor=1300)
    audit()

    (row,) = list_products(actor=KEEPER, filters=ProductFilters()).items
    assert row.open_findings == 1
    assert get_product(actor=KEEPER, product_id=row.id).open_findings == 1
    assert count_findings(actor=KEEPER, filters=FindingFilters(product_id=row.id)) == 1
    (tally,) = tally_findings(actor=KEEPER)
    assert (tally.kind, tally.severity, tally.state, tally.count) == (
        FindingKind.PRICE_DIFFERS,
        Severity.LOW,
        FindingState.OPEN,
        1,
    )
    stranger = make_actor("catalog.view", companies=[COMPANY + 1])
    assert tally_findings(actor=stranger) == ()
    assert list_findings(actor=stranger, filters=FindingFilters()).items == ()
