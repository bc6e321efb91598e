"""Outside ids and SKUs of variants and places, looked up in sets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.catalog import COMPANY, record
from tests.builders.org import make_company, make_place

from quanqu.kernel.ids import MalformedIdError
from quanqu.know.org.contracts import PlaceRef
from quanqu.know.org.facade import place_refs
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku

pytestmark = pytest.mark.django_db

UNKNOWN = "0" * 26


def test_ids_of_variants_stand_for_keys_and_companies() -> None:
    mug, cup = record({"sku": "mug", "name": "Mug"}, {"sku": "cup", "name": "Cup"})
    labels = variant_labels(variant_keys=[mug, cup])
    ids = [labels[mug].variant_id, labels[cup].variant_id, f"var_{UNKNOWN}"]
    with CaptureQueriesContext(connection) as first:
        found = variant_refs(variant_ids=ids)
    with CaptureQueriesContext(connection) as again:
        assert variant_refs(variant_ids=ids[:2]) == found
    assert {text: (ref.key, ref.company_key) for text, ref in found.items()} == {
        ids[0]: (mug, COMPANY),
        ids[1]: (cup, COMPANY),
    }
    assert (len(first), len(again)) == (1, 0)
    with pytest.raises(MalformedIdError):
        variant_refs(variant_ids=["prd_" + UNKNOWN])


def test_skus_are_found_by_themselves_and_by_what_a_source_calls_them() -> None:
    (mug,) = record({"sku": "mug", "name": "Mug", "gtin": "4006381333931"}, source="shop")
    (same,) = record({"sku": "M-1", "name": "Mug", "gtin": "4006381333931"}, source="erp")
    assert same == mug
    wanted = [(COMPANY, "mug"), (COMPANY, "M-1"), (COMPANY, "rum"), (COMPANY + 1, "mug")]
    with CaptureQueriesContext(connection) as asked:
        found = variants_by_sku(skus=wanted)
    assert {at: ref.key for at, ref in found.items()} == {
        (COMPANY, "mug"): mug,
        (COMPANY, "M-1"): mug,
    }
    assert len(asked) == 1
    assert variants_by_sku(skus=[]) == {}


def test_ids_of_places_stand_for_keys_and_companies() -> None:
    company = make_company()
    place = make_place("web", company=company)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(2):
            found = place_refs(place_ids=[place.id])
            assert found == {place.id: PlaceRef(place.key, company.key)}
    assert len(asked) == 1
    assert place_refs(place_ids=[f"plc_{UNKNOWN}"]) == {}
    with pytest.raises(MalformedIdError):
        place_refs(place_ids=[company.id])
