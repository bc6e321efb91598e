"""One customer, 360°: profile, identifiers and their evidence, every touch, orders, value."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customer_audiences import audiences_of
from quanqu.doors.console.pages.customer_care import action_of, matters_of
from quanqu.doors.console.pages.customer_consents import consents_of
from quanqu.doors.console.pages.customer_scores import scores_of
from quanqu.doors.console.pages.customer_tag_history import tags_of
from quanqu.doors.console.pages.customer_where import where_of
from quanqu.doors.console.pages.customer_words import (
    EVIDENCE_RULES,
    FIELD_TITLES,
    IDENTIFIER_ICONS,
    IDENTIFIER_TITLES,
)
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.pages.identity_words import BREACH_KINDS, CHOICES
from quanqu.doors.console.pages.order_words import ORDER_STATES
from quanqu.doors.console.pages.score_words import score_titles
from quanqu.doors.console.pages.touches import touches_of
from quanqu.doors.console.rules.drawing import Edge, Node, place_nodes
from quanqu.doors.console.rules.numbers import grouped, money_text
from quanqu.engage.care.facade import look_after
from quanqu.kernel import ids
from quanqu.kernel.money import Money
from quanqu.know.customers.contracts import CustomerDetail, ProfileField
from quanqu.know.customers.facade import (
    get_customer,
    reveal_customer,
    withdraw_evidence,
)
from quanqu.sell.orders.contracts import CustomerTotals, OrderFilters
from quanqu.sell.orders.facade import customer_totals, list_orders

__all__ = ["CustomerPage", "CustomerReveal", "CustomerTouches", "EvidenceWithdrawal"]

_ORDERS_SHOWN = 8


class CustomerPage(ConsoleView):
    """The 360° page."""

    page_code = "customers"
    permission = "customers.view"
    is_detail = True

    def get(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Show the customer; the id of a merged one leads to the one it went into."""
        care = look_after(
            actor=self.frame.actor,
            customer_id=ids.decode("cus", customer_id),
            now=self.frame.now,
            whole=self.frame.person,
        )
        customer = care.customer
        identity = ids.encode("cus", customer.row.id)
        if identity != customer_id:
            return redirect(self.frame.link(reverse("console:customer", args=[identity])))
        person = self.frame.person
        titles = score_titles(self.frame) if care.scores else {}
        context = {
            "matters": matters_of(self.frame, care),
            "next": action_of(self.frame, care, titles),
            "customer": customer,
            "row": customer.row,
            "identity": identity,
            "title": title_of(customer.row),
            "fields": self._fields(customer),
            "identifiers": [
                (one, IDENTIFIER_TITLES[one.type], IDENTIFIER_ICONS.get(one.type, "fingerprint"))
                for one in customer.row.identifiers
            ],
            "graph": self._graph(customer),
            "breaches": _breaches(customer),
            "verdicts": [
                (one, IDENTIFIER_TITLES[one.left_type], IDENTIFIER_TITLES[one.right_type])
                for one in customer.verdicts
            ],
            "places": [
                self.frame.places[key] for key in customer.places if key in self.frame.places
            ],
            "where": where_of(self.frame, customer.whereabouts),
            "orders": self._orders(customer),
            "values": self._values(customer),
            "consents": consents_of(self, care),
            "tags": tags_of(self.frame, customer.row.id),
            "audiences": audiences_of(self.frame, customer.row.id),
            "scores": scores_of(care.scores, titles),
            "touches": touches_of(self.frame, customer.subject_keys, request.GET),
            "may_manage": person.can("customers.manage"),
            "may_reveal": person.can("customers.reveal"),
            "may_ask": person.scope("privacy.manage").everything,
        }
        return self.page("console/customers/detail.html", context)

    def _fields(self, customer: CustomerDetail) -> list[tuple[Any, ...]]:
        return [
            (FIELD_TITLES.get(one.field, one.field), self._value(one), one, CHOICES[one.chosen_by])
            for one in customer.profile
        ]

    def _value(self, one: ProfileField) -> str:
        return country_name(one.value, self.frame.language) if one.field == "country" else one.value

    def _graph(self, customer: CustomerDetail) -> dict[str, Any]:
        keys = {one.id: one.subject_key for one in customer.row.identifiers}
        nodes = [
            Node(one.subject_key, str(IDENTIFIER_TITLES[one.type]), one.hint, one.is_strong)
            for one in customer.row.identifiers
        ]
        edges = [
            Edge(keys[one.left_id], keys[one.right_id], one.rule, one.confidence >= 1)
            for one in customer.evidence
            if one.withdrawn_at is None and one.left_id in keys and one.right_id in keys
        ]
        placed, lines, width, height = place_nodes(nodes, edges)
        hints = {one.id: one.hint for one in customer.row.identifiers}
        evidence = [
            (
                one,
                EVIDENCE_RULES.get(one.rule, one.rule),
                hints.get(one.left_id, _("another customer's")),
                hints.get(one.right_id, _("another customer's")),
            )
            for one in customer.evidence
        ]
        return {"nodes": placed, "edges": lines, "width": width, "height": height, "list": evidence}

    def _orders(self, customer: CustomerDetail) -> list[dict[str, Any]]:
        if not self.frame.person.can("orders.view") or not customer.subject_keys:
            return []
        found = list_orders(
            actor=self.frame.actor,
            filters=OrderFilters(subject_keys=frozenset(customer.subject_keys)),
            limit=_ORDERS_SHOWN,
        )
        return [
            {
                "row": row,
                "place": self.frame.places.get(row.place_key),
                "state": chip(str(ORDER_STATES[row.status][0]), ORDER_STATES[row.status][1]),
                "href": self.frame.link(reverse("console:order", args=[row.id])),
            }
            for row in found.items
        ]

    def _values(self, customer: CustomerDetail) -> list[dict[str, Any]]:
        if not self.frame.person.can("orders.view") or not customer.subject_keys:
            return []
        totals = customer_totals(
            actor=self.frame.actor, subject_keys=frozenset(customer.subject_keys)
        )
        return [_value(found) for found in totals]


def _breaches(customer: CustomerDetail) -> list[tuple[Any, ...]]:
    return [
        (
            one,
            BREACH_KINDS[one.kind],
            IDENTIFIER_TITLES[one.identifier_type],
            IDENTIFIER_TITLES.get(one.other_type or "", ""),
        )
        for one in customer.breaches
    ]


def _value(found: CustomerTotals) -> dict[str, Any]:
    net = Money(found.total.minor - found.refunded.minor, found.currency)
    average = Money(round(found.total.minor / found.order_count), found.currency)
    return {
        "currency": found.currency,
        "figures": [
            (_("Net sales"), money_text(net.minor, net.currency)),
            (_("Orders"), grouped(found.order_count)),
            (_("Average order"), money_text(average.minor, average.currency)),
            (_("Refunded"), money_text(found.refunded.minor, found.currency)),
            (_("Items"), grouped(found.item_count)),
        ],
        "first_on": found.first_on,
        "last_on": found.last_on,
    }


class CustomerTouches(ConsoleView):
    """The next page of a customer's touches, as a fragment."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Return the touches after the cursor in the address."""
        customer = get_customer(actor=self.frame.actor, customer_id=ids.decode("cus", customer_id))
        context = {
            "touches": touches_of(self.frame, customer.subject_keys, request.GET),
            "identity": ids.encode("cus", customer.row.id),
        }
        return self.page("console/customers/touches.html", context)


class CustomerReveal(ConsoleView):
    """Show contact data and identifiers in clear, with a trail."""

    page_code = "customers"
    permission = "customers.reveal"

    def post(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Return them as a fragment."""
        found = reveal_customer(
            actor=self.frame.actor,
            customer_id=ids.decode("cus", customer_id),
            now=self.frame.now,
        )
        known = get_customer(actor=self.frame.actor, customer_id=found.id)
        types = {one.id: IDENTIFIER_TITLES[one.type] for one in known.row.identifiers}
        context = {
            "contact": [(FIELD_TITLES[field], value) for field, value in found.contact.items()],
            "clear": [(types.get(key, ""), value) for key, value in found.identifiers.items()],
        }
        return self.page("console/customers/revealed.html", context)


class EvidenceWithdrawal(ConsoleView):
    """Withdraw evidence between two identifiers: what it alone held together comes apart."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest, customer_id: str, evidence_key: int) -> HttpResponse:
        """Withdraw it and show what is left."""
        withdraw_evidence(actor=self.frame.actor, evidence_key=evidence_key, now=self.frame.now)
        messages.success(request, _("The evidence is withdrawn and the identity recomputed."))
        return redirect(self.frame.link(reverse("console:customer", args=[customer_id])))
