"""One product, with its variants and what every channel shows of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.product_words import (
    FINDING_KINDS,
    LISTING_STATES,
    PRODUCT_STATES,
    product_title,
    shown_values,
)
from quanqu.kernel.money import Money
from quanqu.sell.catalog.contracts import FindingFilters, ListingRow
from quanqu.sell.catalog.facade import get_product, list_findings

__all__ = ["ProductPage"]


class ProductPage(ConsoleView):
    """One product: facts, variants, and the same thing as each channel shows it."""

    page_code = "products"
    permission = "catalog.view"
    is_detail = True
    uses_period = True

    def get(self, request: HttpRequest, product_id: str) -> HttpResponse:
        """Show the product."""
        product = get_product(actor=self.frame.actor, product_id=product_id)
        findings = list_findings(
            actor=self.frame.actor, filters=FindingFilters(product_id=product.id), limit=20
        )
        title, tone = PRODUCT_STATES[product.status]
        context = {
            "product": product,
            "title": product_title(product.name, product.external_id),
            "may_measure": self.frame.person.can("metrics.view"),
            "company_name": self.frame.company_name(product.company_key),
            "state": chip(str(title), tone),
            "variants": [(variant, self._shown(variant.listings)) for variant in product.variants],
            "findings": [
                (row, FINDING_KINDS[row.kind], shown_values(row, self.frame))
                for row in findings.items
            ],
            "may_decide": self.frame.person.can("catalog.manage"),
        }
        return self.page("console/products/detail.html", context)

    def _shown(self, listings: tuple[ListingRow, ...]) -> list[dict[str, Any]]:
        prices = {(row.price_minor, row.currency) for row in listings if row.price_minor}
        titles = {row.title for row in listings if row.title}
        return [
            {
                "price_differs": len(prices) > 1 and row.price_minor is not None,
                "title_differs": len(titles) > 1 and bool(row.title),
                "place": self.frame.places.get(row.place_key),
                "row": row,
                "price": None if row.price_minor is None else Money(row.price_minor, row.currency),
                "state": chip(*_listing_state(row)),
            }
            for row in listings
        ]


def _listing_state(row: ListingRow) -> tuple[str, Any]:
    title, tone = LISTING_STATES[row.status]
    return str(title), tone
