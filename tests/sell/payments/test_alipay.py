"""Alipay's adapter beside Alipay's own SDK: the same calls, the same signatures."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import pytest
import rsa
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import (
    AlipayTradeFastpayRefundQueryRequest,
)
from alipay.aop.api.request.AlipayTradePrecreateRequest import AlipayTradePrecreateRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat
from tests.builders.alipay_peer import APP, AlipayPeer
from tests.builders.keys import private_pem, public_pem
from tests.builders.payments import NOW

from quanqu.sell.payments.adapters.alipay import AlipayGateway
from quanqu.sell.payments.adapters.transport import call
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Outcome, Task

GATEWAY = AlipayGateway()
NOTIFY = "https://shop.example/hooks/payments/pac_1"


@pytest.fixture
def peer():
    found = AlipayPeer()
    yield found
    found.stop()


def access(peer):
    settings, secrets = peer.account
    return Access(settings, secrets, is_test=True, notify_url=NOTIFY)


def task(kind=EntryKind.AUTHORISATION, **changes):
    fields = {
        "operation_id": uuid4(), "payment_id": uuid4(), "kind": kind, "amount_minor": 900,
        "payment_minor": 900, "currency": "CNY", "capture": CaptureMode.AT_ONCE,
        "tender": "alipay", "provider_ref": "", "reference": "order-1",
        "description": "两只杯子",
    }  # fmt: skip
    return Task(**(fields | changes))


def fields(made):
    told = dict(parse_qsl(urlsplit(made.path).query, keep_blank_values=True))
    told |= dict(parse_qsl(made.body.decode(), keep_blank_values=True))
    told["biz_content"] = json.loads(told["biz_content"])
    return {name: value for name, value in told.items() if name not in ("sign", "timestamp")}


@pytest.fixture
def ask(peer, monkeypatch):
    """Alipay's own client; it knows no ports, so that its bytes are carried for it."""

    def carry(url, query, headers, params, charset, timeout):
        sent = call("POST", f"{url}?{query}", headers, urlencode(params).encode(charset))
        assert sent.status == 200
        return sent.body

    monkeypatch.setattr("alipay.aop.api.DefaultAlipayClient.do_post", carry)
    config = AlipayClientConfig()
    config.server_url, config.app_id = f"{peer.url}/gateway.do", APP
    config.app_private_key = private_pem("application", PrivateFormat.TraditionalOpenSSL)
    config.alipay_public_key = public_pem("alipay")
    client = DefaultAlipayClient(config)

    def execute(request, content, notify_url=None):
        request.biz_content = content
        if notify_url:
            request.notify_url = notify_url
        return json.loads(client.execute(request))

    return execute


def test_alipays_own_client_makes_the_calls_that_we_make(peer, ask):
    wanted = task()
    ours = GATEWAY.do(access(peer), wanted, now=NOW)
    peer.shopper_pays(wanted.payment_id)
    assert GATEWAY.find(access(peer), wanted, now=NOW).outcome is Outcome.DONE
    refund = task(EntryKind.REFUND, payment_id=wanted.payment_id, amount_minor=105)
    assert GATEWAY.do(access(peer), refund, now=NOW).outcome is Outcome.DONE
    assert GATEWAY.find(access(peer), refund, now=NOW).facts[0].amount_minor == 105
    mine, peer.calls = peer.calls, []
    peer.trades.clear()
    peer.refunds.clear()

    name = wanted.payment_id.hex
    order = {"out_trade_no": name, "total_amount": "9.00", "subject": "两只杯子"}
    told = ask(AlipayTradePrecreateRequest(), order, NOTIFY)
    assert told["qr_code"] == ours.next_step.value
    peer.shopper_pays(wanted.payment_id)
    assert ask(AlipayTradeQueryRequest(), {"out_trade_no": name})["trade_status"]
    request = {"out_trade_no": name, "out_request_no": refund.operation_id.hex}
    told = ask(AlipayTradeRefundRequest(), request | {"refund_amount": "1.05"})
    assert told["fund_change"] == "Y"
    assert ask(AlipayTradeFastpayRefundQueryRequest(), request)["refund_status"]

    for own, theirs in zip(mine, peer.calls, strict=True):
        assert fields(own) == fields(theirs)


def test_a_notice_is_signed_as_the_sdk_signs(peer):
    wanted = task()
    GATEWAY.do(access(peer), wanted, now=NOW)
    peer.shopper_pays(wanted.payment_id)
    headers, body = peer.paid_notice(wanted.payment_id, NOW)

    told = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = told.pop("sign")
    told.pop("sign_type")
    assert verify_with_rsa(public_pem("alipay"), get_sign_content(told).encode(), signature)
    notice = GATEWAY.read_notice(access(peer), headers, body, now=NOW)
    assert (notice.payment_id, notice.facts[1].amount_minor) == (wanted.payment_id, 900)

    _, forged = peer.forged(headers, body)
    told = dict(parse_qsl(forged.decode(), keep_blank_values=True))
    signature = told.pop("sign")
    told.pop("sign_type")
    with pytest.raises(rsa.VerificationError):
        verify_with_rsa(public_pem("alipay"), get_sign_content(told).encode(), signature)
    for wrong in (
        forged,
        body.replace(b"RSA2", b"RSA"),
        body + b"&trade_status=TRADE_SUCCESS",
        peer.notice("e", {"app_id": "other"})[1],
        b"\xff",
        b"",
    ):
        with pytest.raises(NoticeSignatureError):
            GATEWAY.read_notice(access(peer), {}, wrong, now=NOW)
    for odd in ({"trade_status": "TRADE_SUCCESS"}, {"total_amount": "1.001"}):
        told = {"trade_status": "TRADE_SUCCESS", "trade_no": "1", **odd}
        with pytest.raises(NoticeContentError):
            GATEWAY.read_notice(access(peer), *peer.notice("e", told), now=NOW)


def test_an_answer_that_alipay_did_not_sign_is_no_answer(peer):
    peer.signer = "application"

    assert GATEWAY.do(access(peer), task(), now=NOW).outcome is Outcome.UNKNOWN
    assert GATEWAY.find(access(peer), task(), now=NOW).outcome is Outcome.UNKNOWN


def test_a_code_that_the_shopper_shows_is_paid_at_once(peer):
    paid = GATEWAY.do(access(peer), task(shown_code="280000000000000001"), now=NOW)
    wrong = GATEWAY.do(access(peer), task(shown_code="250000000000000000"), now=NOW)

    assert [one.kind for one in paid.facts] == [EntryKind.AUTHORISATION, EntryKind.CAPTURE]
    assert (wrong.outcome, wrong.reason) == (Outcome.REFUSED, "acq.payment_auth_code_invalid")


def test_times_are_beijings_and_other_money_is_refused(peer):
    GATEWAY.do(access(peer), task(expires_at=NOW + timedelta(minutes=5)), now=NOW)

    assert fields(peer.calls[0])["biz_content"]["time_expire"] == "2026-11-27 17:05:00"
    answer = GATEWAY.do(access(peer), task(currency="EUR"), now=NOW)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "currency_not_supported")
