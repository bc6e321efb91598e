"""WeChat Pay's adapter beside the official client: the same calls, the same signatures."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.keys import pair, private_pem, public_pem
from tests.builders.payments import NOW
from tests.builders.wechat_peer import API_KEY, APP, MERCHANT, PUBLIC_ID, SERIAL, WechatPeer
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import rsa_verify

from quanqu.kernel.time import utc_now
from quanqu.sell.payments.adapters.wechat import WechatGateway
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountInvalidError,
    CaptureMode,
    EntryKind,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Outcome, Task
from quanqu.sell.payments.rules.accounts import check_account

GATEWAY = WechatGateway()
NOTIFY = "https://shop.example/hooks/payments/pac_1"


@pytest.fixture
def peer():
    found = WechatPeer()
    yield found
    found.stop()


def access(peer):
    settings, secrets = peer.account
    return Access(settings, secrets, is_test=True, notify_url=NOTIFY)


def task(kind=EntryKind.AUTHORISATION, **changes):
    fields = {
        "operation_id": uuid4(), "payment_id": uuid4(), "kind": kind, "amount_minor": 900,
        "payment_minor": 900, "currency": "CNY", "capture": CaptureMode.AT_ONCE,
        "tender": "wechat_pay", "provider_ref": "", "reference": "order-1",
        "description": "两只杯子",
    }  # fmt: skip
    return Task(**(fields | changes))


@pytest.fixture
def official(peer, tmp_path):
    client = WeChatPay(
        WeChatPayType.NATIVE, MERCHANT, private_pem("merchant"), SERIAL, APP, API_KEY,
        notify_url=NOTIFY, public_key=public_pem("wechat"), public_key_id=PUBLIC_ID, timeout=5,
    )  # fmt: skip
    client._core._gate_way = peer.url
    return client


def test_the_official_client_makes_the_calls_that_we_make(peer, official):
    wanted = task()
    ours = GATEWAY.do(access(peer), wanted, now=utc_now())
    peer.shopper_pays(wanted.payment_id)
    refund = task(EntryKind.REFUND, payment_id=wanted.payment_id, amount_minor=100)
    assert GATEWAY.find(access(peer), wanted, now=utc_now()).outcome is Outcome.DONE
    GATEWAY.do(access(peer), refund, now=utc_now())
    mine, peer.calls = peer.calls, []
    peer.orders.clear()
    peer.refunds.clear()

    status, told = official.pay(
        description="两只杯子", out_trade_no=wanted.payment_id.hex,
        amount={"total": 900, "currency": "CNY"},
    )  # fmt: skip
    assert status == 200
    assert json.loads(told)["code_url"] == ours.next_step.value
    peer.shopper_pays(wanted.payment_id)
    assert official.query(out_trade_no=wanted.payment_id.hex)[0] == 200
    amount = {"refund": 100, "total": 900, "currency": "CNY"}
    status, _ = official.refund(refund.operation_id.hex, amount, out_trade_no=wanted.payment_id.hex)
    assert status == 200

    for own, theirs in zip(mine, peer.calls, strict=True):
        assert (own.method, own.path) == (theirs.method, theirs.path)
        if own.body:
            assert json.loads(own.body) == json.loads(theirs.body)
        scheme = "WECHATPAY2-SHA256-RSA2048 mchid="
        assert own.headers["authorization"].startswith(scheme)
        assert theirs.headers["authorization"].startswith(scheme)


def test_the_official_client_reads_the_notices_that_we_read(peer, official):
    wanted = task()
    GATEWAY.do(access(peer), wanted, now=NOW)
    peer.shopper_pays(wanted.payment_id)
    headers, body = peer.paid_notice(wanted.payment_id, NOW)

    theirs = official.callback(headers, body)
    ours = GATEWAY.read_notice(access(peer), headers, body, now=NOW)

    assert theirs["resource"]["out_trade_no"] == ours.payment_id.hex
    assert theirs["resource"]["amount"]["total"] == ours.facts[1].amount_minor
    forged = peer.forged(headers, body)
    assert official.callback(*forged) is None
    assert official.callback(*peer.notice("e", "x", {}, NOW, signer="merchant")) is None


def test_what_is_not_wechat_pays_is_refused(peer):
    headers, body = peer.notice("e", "TRANSACTION.SUCCESS", {}, NOW)
    for changed, now in (
        (headers, NOW + timedelta(minutes=6)),
        (headers | {"wechatpay-serial": "other"}, NOW),
        (headers | {"wechatpay-signature": "é"}, NOW),
        (headers | {"wechatpay-timestamp": "²"}, NOW),
        (peer.notice("e", "x", {}, NOW, signer="merchant")[0], NOW),
    ):
        with pytest.raises(NoticeSignatureError):
            GATEWAY.read_notice(access(peer), changed, body, now=now)
    with pytest.raises(NoticeContentError):
        GATEWAY.read_notice(access(peer), *peer.notice("e", "x", {}, NOW, key="k" * 32), now=NOW)


def test_an_answer_that_is_not_signed_by_wechat_pay_is_no_answer(peer, monkeypatch):
    honest = peer.signed
    monkeypatch.setattr(peer, "signed", lambda body, moment: honest(body, moment, "merchant"))

    assert GATEWAY.do(access(peer), task(), now=NOW).outcome is Outcome.UNKNOWN


def test_a_page_in_wechat_gets_what_it_hands_on_signed(peer):
    answer = GATEWAY.do(access(peer), task(payer="o-1"), now=NOW)

    told = json.loads(answer.next_step.value)
    _, public = pair("merchant")
    head = f"{APP}\n{told['timeStamp']}"
    assert told["package"] == "prepay_id=wxo-1"
    assert rsa_verify(head, told["nonceStr"], told["package"], told["paySign"], public)


def test_a_code_that_the_shopper_shows_is_paid_at_once(peer):
    paid = GATEWAY.do(access(peer), task(shown_code="130061098828009406"), now=NOW)
    wrong = GATEWAY.do(access(peer), task(shown_code="130000000000000000"), now=NOW)

    assert [one.kind for one in paid.facts] == [EntryKind.AUTHORISATION, EntryKind.CAPTURE]
    assert (wrong.outcome, wrong.reason) == (Outcome.REFUSED, "auth_code_error")


def test_a_refund_under_way_is_waited_for(peer):
    wanted = task()
    GATEWAY.do(access(peer), wanted, now=NOW)
    peer.shopper_pays(wanted.payment_id)
    refund = task(EntryKind.REFUND, payment_id=wanted.payment_id, amount_minor=100)
    GATEWAY.do(access(peer), refund, now=NOW)

    for state, outcome in (
        ("PROCESSING", Outcome.PENDING),
        ("ABNORMAL", Outcome.REFUSED),
        ("SUCCESS", Outcome.DONE),
    ):
        peer.refunds[refund.operation_id.hex]["status"] = state
        assert GATEWAY.find(access(peer), refund, now=NOW).outcome is outcome


def test_money_other_than_renminbi_is_refused(peer):
    answer = GATEWAY.do(access(peer), task(currency="EUR"), now=NOW)

    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "currency_not_supported")


@pytest.mark.parametrize(
    ("name", "value"),
    [("private_key", "no key"), ("platform_public_key", "no key"), ("apiv3_key", "short")],
)
def test_a_key_that_is_none_is_refused(peer, name, value):
    settings, secrets = peer.account
    draft = AccountDraft(1, "main", "wechat", settings, secrets | {name: value}, is_test=True)

    with pytest.raises(AccountInvalidError, match=name):
        check_account(draft, has_secrets=False)
