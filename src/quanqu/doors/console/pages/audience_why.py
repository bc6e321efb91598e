"""Why somebody is in an audience, or not: every condition with what the customer has for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_words import names_for
from quanqu.doors.console.pages.customers import title_of
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import (
    And,
    AudienceRow,
    Definition,
    Explanation,
    LeafTruth,
    Node,
    Not,
    Or,
)
from quanqu.know.audiences.facade import (
    dump,
    explain_membership,
    find_as_of,
    get_audience,
)
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow
from quanqu.know.customers.facade import get_customer, list_customers

__all__ = ["AudienceWhy"]

_MOST = 8


class AudienceWhy(ConsoleView):
    """The answer for one customer, as a part of the audience's page."""

    page_code = "audiences"
    permission = "audiences.view"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Explain for the customer the address names."""
        audience = self._audience(audience_id)
        wanted = request.GET.get("customer", "")
        if not wanted:
            return self.page("console/audiences/why.html")
        identity = ids.decode("cus", wanted)
        customer = get_customer(actor=self.frame.actor, customer_id=identity).row
        return self._explain(audience, customer)

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Find the customer by what they are known by, which stays out of addresses."""
        audience = self._audience(audience_id)
        text = request.POST.get("q", "").strip()
        found: tuple[CustomerRow, ...] = ()
        if text:
            filters = CustomerFilters(search=text)
            found = list_customers(actor=self.frame.actor, filters=filters, limit=_MOST).items
        if len(found) == 1:
            return self._explain(audience, found[0])
        address = reverse("console:audience_why", args=[audience_id])
        choices = [
            (title_of(row), self.frame.link(address, customer=ids.encode("cus", row.id)))
            for row in found
        ]
        return self.page("console/audiences/why.html", {"choices": choices, "asked": bool(text)})

    def _audience(self, audience_id: str) -> AudienceRow:
        return get_audience(actor=self.frame.actor, audience_id=ids.decode("aud", audience_id))

    def _explain(self, audience: AudienceRow, customer: CustomerRow) -> HttpResponse:
        frame = self.frame
        as_of = find_as_of(actor=frame.actor, today=frame.now.date())
        why = explain_membership(
            actor=frame.actor,
            definition=dump(definition=audience.definition),
            customer_id=customer.id,
            as_of=as_of,
            names=names_for(frame, audience.definition),
        )
        href = frame.link(reverse("console:customer", args=[ids.encode("cus", customer.id)]))
        context = {
            "why": why,
            "tree": why_tree(audience.definition, why),
            "customer": title_of(customer),
            "href": href,
            "as_of": as_of,
        }
        return self.page("console/audiences/why.html", context)


def why_tree(definition: Definition, why: Explanation) -> dict[str, Any]:
    """Return the tree with the answer at every node: join, holds, leaf, children."""
    leaves = {leaf.path: leaf for leaf in why.leaves}
    return _node(definition.match, "$.match", leaves, why.nodes)


def _node(
    node: Node, path: str, leaves: dict[str, LeafTruth], truth: dict[str, bool]
) -> dict[str, Any]:
    shown: dict[str, Any] = {"holds": truth[path], "leaf": leaves.get(path), "children": []}
    if isinstance(node, And | Or):
        shown["join"] = "and" if isinstance(node, And) else "or"
        below = [(child, f"{path}.nodes[{at}]") for at, child in enumerate(node.nodes)]
    elif isinstance(node, Not):
        shown["join"] = "not"
        below = [(node.node, f"{path}.node")]
    else:
        return shown
    shown["children"] = [_node(child, at, leaves, truth) for child, at in below]
    return shown
