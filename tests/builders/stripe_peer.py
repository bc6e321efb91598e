"""Stripe on this machine: intents, captures, cancellations and refunds as its API documents them.

A card that can be captured again has the token `pm_parts`, those in the wallets of phones have
`pm_apple` and `pm_google`.  Its notices are signed by the official library; what the library's own
client sends and reads is tested against it as well (tests/sell/payments/test_stripe.py), so that it
is no mirror of ours.
"""

import itertools
import json
from urllib.parse import parse_qs, urlsplit

import stripe
from tests.builders.peer import Call, Peer, Said

SECRET, KEY = "whsec_made_for_tests", "sk_test_made_for_tests"
WALLETS = {"pm_apple": "apple_pay", "pm_google": "google_pay"}


class StripePeer(Peer):
    """Holds intents and refunds in dictionaries."""

    provider, tender = "stripe", "card"

    def __init__(self):
        super().__init__()
        self.intents, self.charges, self.refunds, self._kept = {}, {}, {}, {}
        self.takes_parts = False
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
                return self._shown(name, parse_qs(parts.query))
            case ["v1", "payment_intents", name, "capture"]:
                return self._capture(name, form)
            case ["v1", "payment_intents", name, "cancel"]:
                return self._cancel(name, form)
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
            "payment_method": form.get("payment_method"), "wants_parts": form.get(
                "payment_method_options[card][request_multicapture]") == "if_available",
        }  # fmt: skip
        self.intents[name] = found
        if form.get("confirm") == "true":
            if form["payment_method"] == "pm_declined":
                found["last_payment_error"] = {"code": "card_declined", "decline_code": "lost_card"}
                error = {
                    "type": "card_error", "code": "card_declined", "decline_code": "lost_card",
                    "payment_intent": found,
                }  # fmt: skip
                found["latest_charge"] = self._charge(found, status="failed")
                return Said(402, json.dumps({"error": error}).encode())
            if form["payment_method"] == "pm_3ds":
                found["status"] = "requires_action"
                found["next_action"] = {
                    "type": "redirect_to_url", "redirect_to_url": {"url": f"{self.url}/3ds"},
                }  # fmt: skip
            else:
                self.confirm(name)
        return self._told(found, form)

    def confirm(self, name, method=None):
        """Let the shopper pay, by the means the intent was given or by another one."""
        found = self.intents[name]
        found["payment_method"] = method or found["payment_method"] or "pm_ok"
        found |= {"next_action": None, "latest_charge": self._charge(found)}
        if found["capture_method"] == "manual":
            found |= {"status": "requires_capture", "amount_capturable": found["amount"]}
        else:
            self._take(found, found["amount"], is_final=True)

    def _charge(self, found, status="succeeded"):
        """Make the charge of an attempt to pay."""
        method = found["payment_method"]
        may = found["wants_parts"] and (self.takes_parts or method == "pm_parts")
        wallet = {"type": WALLETS[method], "dynamic_last4": "4242"} if method in WALLETS else None
        name = f"ch_{found['id']}" if status == "succeeded" else f"ch_{found['id']}_{status}"
        self.charges[name] = {
            "id": name, "object": "charge", "status": status, "amount": found["amount"],
            "amount_captured": 0, "captured": False, "currency": found["currency"],
            "payment_intent": found["id"], "metadata": dict(found["metadata"]),
            "payment_method_details": {"type": "card", "card": {
                "brand": "visa", "last4": "4242", "wallet": wallet,
                "multicapture": {"status": "available" if may else "unavailable"},
            }},
        }  # fmt: skip
        return name

    def charge_of(self, payment):
        """Return the charge of a payment that was made."""
        return self.charges[f"ch_{self.name_of(payment)}"]

    def _take(self, found, amount, *, is_final):
        total = found["amount_received"] + amount
        is_over = is_final or total == found["amount"]
        self.charges[found["latest_charge"]] |= {"amount_captured": total, "captured": True}
        found |= {
            "status": "succeeded" if is_over else "requires_capture", "amount_received": total,
            "amount_capturable": 0 if is_over else found["amount"] - total,
        }  # fmt: skip

    def _told(self, found, asked) -> Said:
        """Answer with an intent, its charge in full where that was asked for."""
        charge = self.charges.get(found["latest_charge"])
        is_full = charge and "latest_charge" in asked.get("expand[]", asked.get("expand[0]", ""))
        shown = {name: value for name, value in found.items() if name != "wants_parts"}
        return _json(shown | {"latest_charge": charge} if is_full else shown)

    def _shown(self, name, asked) -> Said:
        if name not in self.intents:
            return _error(404, "invalid_request_error", "resource_missing")
        return self._told(self.intents[name], asked)

    def _capture(self, name, form) -> Said:
        found = self.intents[name]
        amount = int(form.get("amount_to_capture", found["amount_capturable"]))
        is_final = form.get("final_capture", "true") == "true"
        if found["status"] != "requires_capture" or amount > found["amount_capturable"]:
            return _error(400, "invalid_request_error", "payment_intent_unexpected_state")
        details = self.charges[found["latest_charge"]]["payment_method_details"]
        may = details["card"]["multicapture"]["status"] == "available"
        if not (is_final or may) or not (amount or (is_final and found["amount_received"])):
            return _error(400, "invalid_request_error", "parameter_invalid_integer")
        self._take(found, amount, is_final=is_final)
        return self._told(found, form)

    def try_outside(self, payment, amount, *, is_final):
        """Try to take money at the provider's own desk; tell whether it was taken."""
        with self.lock:
            told = {"amount_to_capture": str(amount), "final_capture": str(is_final).lower()}
            return self._capture(self.name_of(payment), told).status == 200

    def capture_outside(self, payment, amount, *, is_final=False):
        """Take money at the provider's own desk."""
        assert self.try_outside(payment, amount, is_final=is_final)

    def _cancel(self, name, form) -> Said:
        found = self.intents[name]
        if found["status"] in ("succeeded", "canceled") or found["amount_received"]:
            return _error(400, "invalid_request_error", "payment_intent_unexpected_state")
        found |= {"status": "canceled", "amount_capturable": 0}
        return self._told(found, form)

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

    def sum_captured(self, payment):
        """Return how much was taken."""
        return self.intents[self.name_of(payment)]["amount_received"]

    def intent_notice(self, payment, now, *, event):
        """Return the notice of an intent as it stands."""
        found = dict(self.intents[self.name_of(payment)])
        kinds = {"requires_capture": "amount_capturable_updated", "requires_action": "created"}
        kind = kinds.get(found["status"], found["status"])
        return self.notice(event, f"payment_intent.{kind}", found, now)

    def charge_notice(self, payment, now, *, event, kind="charge.captured", **changes):
        """Return a notice of the charge as it stands, or changed on the way."""
        return self.notice(event, kind, self.charge_of(payment) | changes, now)

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
