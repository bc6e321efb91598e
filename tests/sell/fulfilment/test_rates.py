"""Prices of carriage, tracking numbers, signatures and labels: pure."""

import base64
import re
import zlib
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from tests.builders.fulfilment import PRICES, table

from quanqu.kernel.money import Money
from quanqu.sell.fulfilment.adapters.label import draw_label
from quanqu.sell.fulfilment.adapters.notices import read_events
from quanqu.sell.fulfilment.adapters.numbers import (
    check_digit,
    is_tracking_number,
    tracking_number,
)
from quanqu.sell.fulfilment.adapters.signatures import check_signature, sign
from quanqu.sell.fulfilment.adapters.table import TableCarrier
from quanqu.sell.fulfilment.contracts import (
    Destination,
    Measures,
    ParcelState,
    QuoteAsk,
    TariffDraft,
    TariffError,
    TariffView,
    TrackingContentError,
    TrackingSignatureError,
)
from quanqu.sell.fulfilment.ports import Address, CarrierAccess, Consignment
from quanqu.sell.fulfilment.rules.tariffs import check_tariff, read_table

DAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
KEY = b"k" * 32


def access(csv: str = PRICES, divisor: int = 5000) -> CarrierAccess:
    _, found, rejected = read_table(csv.encode(), currency="CNY", divisor=divisor)
    assert rejected == ()
    tariff = TariffView(UUID(int=1), 1, "ground", "Ground", "CNY", DAY, 1, "", NOW, found)
    return CarrierAccess(UUID(int=2), "courier", "Courier", {"prefix": "QC"}, KEY, (tariff,))


def test_parcels_cost_what_the_table_says():
    rows = table("Prices")
    asked = [
        QuoteAsk(
            Destination("CN", postcode, region),
            Measures(int(grams), *map(int, sides.split())),
            cash == "yes",
        )
        for _, postcode, region, grams, sides, cash, *_ in rows
    ]

    answers = TableCarrier().quote(access(), asked, today=DAY)

    for (name, *_rest, zone, billed, price), offers in zip(rows, answers, strict=True):
        if zone == "-":
            assert offers == [], name
            continue
        (offer,) = offers
        told = (offer.zone, str(offer.billed_g), Money(offer.price_minor, "CNY").amount)
        assert told == (zone, billed, price), name
        assert offer.price_minor == sum(amount for _, amount in offer.parts)


def test_days_are_counted_from_the_hand_over():
    asked = QuoteAsk(Destination("CN", "100000"), Measures(500))

    (offer,) = TableCarrier().quote(access(), [asked], today=DAY)[0]

    assert (offer.earliest_on, offer.latest_on) == (date(2026, 11, 29), date(2026, 12, 1))


def test_where_no_area_is_nothing_is_offered():
    asked = QuoteAsk(Destination("DE", "10115"), Measures(500))

    assert TableCarrier().quote(access(), [asked], today=DAY) == [[]]


@pytest.mark.parametrize(("letters", "serial", "number"), table("Tracking numbers"))
def test_tracking_numbers_are_those_of_the_table(letters, serial, number):
    assert tracking_number(letters, int(serial)) == number
    assert is_tracking_number(number)


def test_a_wrong_digit_and_most_swapped_ones_are_found():
    digits = "0000000042"
    right = tracking_number("QC", 42)
    wrong = [
        f"QC{digits[:at]}{other}{digits[at + 1 :]}{right[-1]}"
        for at, digit in enumerate(digits)
        for other in "0123456789"
        if other != digit
    ]

    assert not any(map(is_tracking_number, wrong))
    assert check_digit("0794") == "5"  # the standard's own example


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (("step,west,,,,1000,18.00,,,,,,\n", ""), "zone west"),
        (("terms,far,,,,,,5,9,,,,\n", ""), "zone far"),
        (("area,far,CN,85,,,,,,,,,\n", ""), "zone far"),
        (("area,land,CN,,,,", "area,land,CN,2000,,,,"), "areas"),
        (("step,near,,,,3000,", "step,near,,,,1000,"), "steps"),
    ],
)
def test_prices_that_leave_a_parcel_without_one_answer_are_refused(change, at):
    _, found, rejected = read_table(PRICES.replace(*change).encode(), currency="CNY", divisor=5000)
    draft = TariffDraft("ground", "Ground", "CNY", DAY, found)

    assert rejected == ()
    with pytest.raises(TariffError) as refused:
        check_tariff(draft)
    assert refused.value.fields["at"] == at


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("area,near,China,,,,,,,,,,", "country"),
        ("step,near,,,,-5,1.00,,,,,,", "whole number"),
        ("step,near,,,,100,1.001,,,,,,", "1.001"),
        ("terms,near,,,,,,4,2,,,,", "days"),
        ("surcharge,,,,,,1.00,,,,fuel,2,always", "price or a rate"),
        ("surcharge,,,,,,1.00,,,,fuel,,sometimes", "always"),
        ("postage,near,,,,,,,,,,,", "area, step"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_with_its_reason(row, reason):
    _, _, rejected = read_table(f"{PRICES}{row}\n".encode(), currency="CNY", divisor=5000)

    (one,) = rejected
    assert one.row == PRICES.count("\n")
    assert reason in one.reason


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"zone\nx\n", b"kind,zone\n"])
def test_what_is_no_such_file_is_refused(content):
    with pytest.raises(TariffError):
        read_table(content, currency="CNY", divisor=5000)


def headers(body: bytes, *, at: datetime = NOW, key: bytes = KEY, name: str = "m1"):
    stamp = str(int(at.timestamp()))
    signature = sign(key, message_id=name, timestamp=stamp, body=body)
    return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def test_what_the_carrier_signed_is_taken_beside_other_signatures():
    told = headers(b"{}")
    told["webhook-signature"] = f"v1a,zzz {told['webhook-signature']}"

    check_signature(KEY, told, b"{}", now=NOW)


def test_a_signature_is_that_of_the_standard():
    # Standard Webhooks, the example of its reference libraries
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = sign(
        key,
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp="1614265330",
        body=b'{"test": 2432232314}',
    )

    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "told",
    [
        {},
        headers(b"other"),
        headers(b"{}", key=b"x" * 32),
        headers(b"{}", at=datetime(2026, 11, 27, 8, 54, 59, tzinfo=UTC)),
        headers(b"{}", at=datetime(2026, 11, 27, 9, 5, 1, tzinfo=UTC)),
        headers(b"{}") | {"webhook-id": "m2"},
        headers(b"{}") | {"webhook-timestamp": "١٢"},
        headers(b"{}") | {"webhook-signature": "v1,é"},
    ],
)
def test_what_nobody_signed_just_now_is_refused(told):
    with pytest.raises(TrackingSignatureError):
        check_signature(KEY, told, b"{}", now=NOW)
    with pytest.raises(TrackingSignatureError):
        check_signature(b"", headers(b"{}", key=b""), b"{}", now=NOW)


def test_a_notice_tells_of_parcels():
    body = (
        b'{"type": "tracking.updated", "data": {"events": [{"id": "e1", "tracking_number": "QC1",'
        b' "status": "delivered", "occurred_at": "2026-11-28T10:00:00+08:00", "signed_by": "Li"}]}}'
    )

    (fact,) = read_events(body)

    assert (fact.event_id, fact.state, fact.signed_by) == ("e1", ParcelState.DELIVERED, "Li")
    assert fact.at == datetime(2026, 11, 28, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"data": {"events": [{"id": "", "tracking_number": "x", "status": "delivered", '
        b'"occurred_at": "2026-11-28T10:00:00Z"}]}}',
        b'{"data": {"events": [{"id": "a", "tracking_number": "x", "status": "lost", '
        b'"occurred_at": "2026-11-28T10:00:00Z"}]}}',
        b'{"data": {"events": [{"id": "a", "tracking_number": "x", "status": "failed", '
        b'"occurred_at": "yesterday"}]}}',
        b'{"data": {"events": [{"id": "a\\u0000", "tracking_number": "x", "status": "failed", '
        b'"occurred_at": "2026-11-28T10:00:00Z"}]}}',
        b'{"data": {"events": [{"id": "a", "tracking_number": "x", "status": "failed", '
        b'"occurred_at": "2026-11-28T10:00:00Z", "photo_sha256": "short"}]}}',
    ],
)
def test_a_notice_that_cannot_be_read_is_refused(body):
    with pytest.raises(TrackingContentError):
        read_events(body)


def label(name: str, street: str) -> bytes:
    consignment = Consignment(
        parcel_id=UUID(int=3),
        serial=42,
        service="ground",
        service_name="Ground",
        sender=Address("North store", city="Shanghai", country="CN"),
        recipient=Address(name, "+86 138 0000 0000", street, "200031", "上海", "", "CN"),
        measures=Measures(1250),
        reference="261127-000007",
        number=1,
        packed_on=DAY,
    )
    return TableCarrier().ship(access(), consignment).label


def streams_of(pdf: bytes) -> bytes:
    """Return what a page draws, its streams unpacked."""
    return b"".join(
        zlib.decompress(base64.a85decode(found.strip()))
        for found in re.findall(rb"stream\r?\n(.*?)~>\s*endstream", pdf, re.DOTALL)
    )


def texts_of(pdf: bytes) -> list[bytes]:
    """Return the texts a page shows, as the bytes of their fonts."""
    return [
        re.sub(
            rb"\\(\d{3}|.)",
            lambda one: bytes([int(one[1], 8)]) if one[1].isdigit() else one[1],
            found,
            flags=re.DOTALL,
        )
        for found in re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", streams_of(pdf), re.DOTALL)
    ]


def test_a_label_is_a_pdf_that_shows_chinese_and_the_number():
    pdf = label("王小明", "淮海中路 1000 弄 8 号")
    shown = texts_of(pdf)

    assert pdf.startswith(b"%PDF-")
    assert b"STSong-Light" in pdf
    assert b"UniGB-UCS2-H" in pdf
    assert "王小明".encode("utf-16-be") in shown
    assert "淮海中路 1000 弄 8 号".encode("utf-16-be") in shown
    assert b"QC00000000420" in shown
    assert streams_of(pdf).count(b" re") > 30  # the bars


def test_the_same_parcel_has_the_same_label_and_long_text_keeps_inside():
    long = "An avenue with a name that does not end before the paper does " * 6

    assert label("Ann", long) == label("Ann", long)
    assert sum(b"avenue" in one for one in texts_of(label("Ann", long))) <= 3


def test_a_label_names_its_service_and_recipient():
    shown = texts_of(draw_label_of("Ann Example"))

    assert b"Ann Example" in shown
    assert b"Ground" in shown


def draw_label_of(name: str) -> bytes:
    consignment = Consignment(
        UUID(int=3), 42, "ground", "Ground", Address("Store"), Address(name), Measures(5),
        "ref", 2, DAY,
    )  # fmt: skip
    return draw_label(consignment, carrier_name="Courier", tracking_no="QC00000000420")
