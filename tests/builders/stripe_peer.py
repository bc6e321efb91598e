"""Stripe on this machine: intents, captures, cancellations and refunds as its API documents them.

Its notices are signed by the official library; what the library's own client sends and reads is
tested against it as well (tests/sell/payments/test_stripe.py), so that it is no mirror of ours.
"""

import itertools
import json
from urllib.parse import parse_qs, urlsplit

import stripe
from tests.builders.peer import Call, Peer, Said

SECRET, KEY = "whsec_made_for_tests", "sk_test_made_for_tests"


class StripePeer(Peer):
    """Holds intents and refunds in dictionaries."""

    provider, tender = "stripe", "card"

    def __init__(self):
        super().__init__()
        self.intents, self.refunds, self._kept = {}, {}, {}
        self._numbers = itertools.count(1)

    @property
    def account(self):
        """What a company's account with this peer holds."""
        return {"api_base": self.url}, {"api_key": KEY, "webhook_secret": SECRET}

    def answer(self, call: Call) -> Said:
        if call.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_request_error", "api_key")
        form = {name: value[0] for name, value in parse_qs(call.body.decode()).items()}
        key = call.headers.get("idempotency-key")
        if key and key in self._kept:
            asked, said = self._kept[key]
            if asked != (call.path, form):
                return _error(400, "idempotency_error", "idempotency_key_in_use")
            return said
        said = self._act(call.method, urlsplit(call.path), form)
        if key:
            self._kept[key] = ((call.path, form), said)
        return said

    def _act(self, method, parts, form) -> Said:
        match parts.path.strip("/").split("/"):
            case ["v1", "balance"] if method == "GET":
                return _json({"object": "balance", "available": [], "livemode": False})
            case ["v1", "payment_intents"]:
                return self._create(form)
            case ["v1", "payment_intents", name] if method == "GET":
                return self._shown(name)
            case ["v1", "payment_intents", name, "capture"]:
                return self._capture(name, int(form.get("amount_to_capture", 0)))
            case ["v1", "payment_intents", name, "cancel"]:
                return self._cancel(name)
            case ["v1", "refunds"] if method == "GET":
                wanted = parse_qs(parts.query)["payment_intent"][0]
                found = [one for one in self.refunds.values() if one["payment_intent"] == wanted]
                return _json({"object": "list", "data": found, "has_more": False})
            case ["v1", "refunds"]:
                return self._refund(form)
        return _error(404, "invalid_request_error", "resource_missing")

    def _create(self, form) -> Said:
        name = f"pi_{next(self._numbers)}"
        found = {
            "id": name, "object": "payment_intent", "amount": int(form["amount"]),
            "currency": form["currency"], "capture_method": form["capture_method"],
            "status": "requires_payment_method", "amount_received": 0, "amount_capturable": 0,
            "client_secret": f"{name}_secret", "latest_charge": None, "last_payment_error": None,
            "next_action": None, "metadata": _metadata(form),
        }  # fmt: skip
        self.intents[name] = found
        if form.get("confirm") == "true":
            if form["payment_method"] == "pm_declined":
                found["last_payment_error"] = {"code": "card_declined", "decline_code": "lost_card"}
                error = {
                    "type": "card_error", "code": "card_declined", "decline_code": "lost_card",
                    "payment_intent": found,
                }  # fmt: skip
                return Said(402, json.dumps({"error": error}).encode())
            if form["payment_method"] == "pm_3ds":
                found["status"] = "requires_action"
                found["next_action"] = {
                    "type": "redirect_to_url", "redirect_to_url": {"url": f"{self.url}/3ds"},
                }  # fmt: skip
            else:
                self.confirm(name)
        return _json(found)

    def confirm(self, name):
        """Let the shopper pay."""
        found = self.intents[name]
        found["next_action"] = None
        if found["capture_method"] == "manual":
            found |= {"status": "requires_capture", "amount_capturable": found["amount"]}
        else:
            self._take(found, found["amount"])

    def _take(self, found, amount):
        found |= {
            "status": "succeeded", "amount_received": amount, "amount_capturable": 0,
            "latest_charge": f"ch_{found['id']}",
        }  # fmt: skip

    def _shown(self, name) -> Said:
        if name not in self.intents:
            return _error(404, "invalid_request_error", "resource_missing")
        return _json(self.intents[name])

    def _capture(self, name, amount) -> Said:
        found = self.intents[name]
        if found["status"] != "requires_capture" or amount > found["amount"]:
            return _error(400, "invalid_request_error", "payment_intent_unexpected_state")
        self._take(found, amount)
        return _json(found)

    def _cancel(self, name) -> Said:
        found = self.intents[name]
        if found["status"] in ("succeeded", "canceled"):
            return _error(400, "invalid_request_error", "payment_intent_unexpected_state")
        found |= {"status": "canceled", "amount_capturable": 0}
        return _json(found)

    def _refund(self, form) -> Said:
        name, amount = form["payment_intent"], int(form["amount"])
        gone = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == name)
        if amount > self.intents[name]["amount_received"] - gone:
            return _error(400, "invalid_request_error", "charge_already_refunded")
        refund = {
            "id": f"re_{next(self._numbers)}", "object": "refund", "amount": amount,
            "currency": self.intents[name]["currency"], "payment_intent": name,
            "status": "succeeded", "metadata": _metadata(form),
        }  # fmt: skip
        self.refunds[refund["id"]] = refund
        return _json(refund)

    # what the conformance suite asks of every peer

    def shopper_pays(self, payment):
        """Pay what waits for the shopper."""
        with self.lock:
            assert self.intents[self.name_of(payment)]["status"] != "canceled"
            self.confirm(self.name_of(payment))

    def name_of(self, payment):
        """Return the provider's name of a payment."""
        (found,) = [
            one["id"] for one in self.intents.values()
            if one["metadata"].get("payment_id") == str(payment)
        ]  # fmt: skip
        return found

    def count_paid(self, payment):
        """Return how many charges were made for a payment."""
        return sum(
            one["amount_received"] > 0
            for one in self.intents.values()
            if one["metadata"].get("payment_id") == str(payment)
        )

    def sum_refunded(self, payment):
        """Return how much went back."""
        name = self.name_of(payment)
        return sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == name)

    def refund_outside(self, payment, amount):
        """Give money back at the provider's own desk."""
        with self.lock:
            self._refund({"payment_intent": self.name_of(payment), "amount": str(amount)})

    def paid_notice(self, payment, now, *, amount=None, currency=None, event="evt_paid"):
        """Return headers and body of the notice that a payment was made."""
        found = dict(self.intents[self.name_of(payment)])
        if amount is not None:
            found |= {"amount": amount, "amount_received": amount}
        if currency is not None:
            found["currency"] = currency.lower()
        kind = "succeeded" if found["status"] == "succeeded" else "amount_capturable_updated"
        return self.notice(event, f"payment_intent.{kind}", found, now)

    def refund_notice(self, payment, now, *, event="evt_refund"):
        """Return the notice of the last refund."""
        name = self.name_of(payment)
        found = [one for one in self.refunds.values() if one["payment_intent"] == name][-1]
        return self.notice(event, "refund.updated", found, now)

    def notice(self, event, kind, found, now, *, secret=SECRET):
        """Sign an event as Stripe's own library does."""
        body = json.dumps({"id": event, "object": "event", "type": kind, "data": {"object": found}})
        signature = stripe.WebhookSignature.generate_signature_header(
            body, secret, timestamp=int(now.timestamp())
        )
        return {"stripe-signature": signature}, body.encode()

    def forged(self, headers, body):
        """Return a notice whose body was changed on the way."""
        return headers, body.replace(b"succeeded", b"Succeeded")


def _metadata(form):
    return {
        name[len("metadata[") : -1]: value
        for name, value in form.items()
        if name.startswith("metadata[")
    }


def _json(found) -> Said:
    return Said(200, json.dumps(found).encode())


def _error(status, kind, code) -> Said:
    return Said(status, json.dumps({"error": {"type": kind, "code": code}}).encode())
