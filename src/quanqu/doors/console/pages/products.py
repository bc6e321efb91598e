"""The list of products, with what each sold over the period."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.product_sales import RANKS, Sold, ranking
from quanqu.doors.console.pages.product_words import (
    PRODUCT_GAPS,
    PRODUCT_STATES,
    product_title,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import (
    ProductFilters,
    ProductGap,
    ProductRow,
    ProductSort,
    ProductStatus,
)
from quanqu.sell.catalog.facade import (
    count_products,
    list_brands,
    list_categories,
    list_products,
    list_products_ranked,
)

__all__ = ["ProductsPage"]


def _name(row: ProductRow, frame: Frame) -> Cell:
    return text_cell(product_title(row.name, row.sku), sub=row.brand)


def _state(row: ProductRow, frame: Frame) -> Cell:
    if row.is_bare:
        return chip(_("Known from orders only"), "warn", "circle-help")
    title, tone = PRODUCT_STATES[row.status]
    return chip(str(title), tone)


def _findings(row: ProductRow, frame: Frame) -> Cell:
    if not row.open_findings:
        return Cell("–", plain=0)
    href = frame.link(reverse("console:findings"), product=row.id)
    return Cell(str(row.open_findings), href=href, plain=row.open_findings)


def _company(row: ProductRow, frame: Frame) -> Cell:
    return text_cell(frame.company_name(row.company_key))


def _changed(row: ProductRow, frame: Frame) -> Cell:
    return moment_cell(row.updated_at, now=frame.now, zone=frame.zone, language=frame.language)


def _categories(frame: Frame) -> list[Option]:
    return [
        Option(found.path, found.path, str(found.product_count))
        for found in list_categories(actor=frame.actor)
    ]


def _brands(frame: Frame) -> list[Option]:
    return [Option(brand, brand) for brand in list_brands(actor=frame.actor)]


def _gaps(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in PRODUCT_GAPS.items()]


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, (title, _tone) in PRODUCT_STATES.items()]


_FACTS: Final = (
    Column(
        "name",
        gettext_lazy("Product"),
        _name,
        is_title=True,
        sorts=(ProductSort.NAME_REVERSED, ProductSort.NAME),
    ),
    Column("sku", gettext_lazy("SKU"), lambda row, frame: text_cell(row.sku)),
    Column(
        "category",
        gettext_lazy("Category"),
        lambda row, frame: text_cell(row.category_path),
        is_wide=True,
    ),
    Column("company", gettext_lazy("Company"), _company),
    Column("state", gettext_lazy("State"), _state),
    Column(
        "variants",
        gettext_lazy("Variants"),
        lambda row, frame: count_cell(row.variant_count),
        is_number=True,
        by_default=False,
    ),
    Column(
        "listings",
        gettext_lazy("Listings"),
        lambda row, frame: count_cell(row.listing_count),
        is_number=True,
    ),
    Column("findings", gettext_lazy("Open findings"), _findings, is_number=True),
    Column(
        "changed",
        gettext_lazy("Changed"),
        _changed,
        sorts=(ProductSort.CHANGED, ProductSort.UNCHANGED),
    ),
)


class ProductsPage(ListView):
    """Every product of the companies in scope."""

    page_code = "products"
    permission = "catalog.view"
    title = gettext_lazy("Products")
    lede = gettext_lazy("One product is one row, on whatever channels it is sold.")
    search_label = gettext_lazy("Name, brand, SKU or barcode")
    uses_period = True
    empty = Empty(
        "package",
        gettext_lazy("No products yet"),
        gettext_lazy(
            "Products come with an import: a product file, or the lines of an order file. "
            "The same SKU or barcode on two channels becomes one product."
        ),
        gettext_lazy("Import products"),
        "console:import_new",
        "imports.run",
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The columns; what was sold is for those who may see figures."""
        sold = (
            Column(
                "units",
                gettext_lazy("Units sold"),
                lambda row, frame: self._sold.units(row, frame),
                is_number=True,
                sorts=("most_units", "least_units"),
            ),
            Column(
                "sales",
                gettext_lazy("Net sales"),
                lambda row, frame: self._sold.sales(row, frame),
                is_number=True,
                sorts=("most_sales", "least_sales"),
            ),
        )
        head, *rest = _FACTS
        return (head, *(sold if self._is_measured else ()), *rest)

    filters = (
        Filter("category", gettext_lazy("Category"), options=_categories, is_single=True),
        Filter("brand", gettext_lazy("Brand"), options=_brands, is_single=True),
        Filter("state", gettext_lazy("State"), options=_states, is_single=True),
        Filter("missing", gettext_lazy("Missing"), options=_gaps, is_single=True),
        Filter("company", gettext_lazy("Company"), options=company_options),
        Filter("place", gettext_lazy("Listed at"), options=place_options),
    )

    @property
    def default_sort(self) -> str:  # type: ignore[override]
        """What sold most comes first, for those who may see figures."""
        return "most_sales" if self._is_measured else ProductSort.NEWEST

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what the products of a page sold, at once."""
        if self._is_measured:
            self._sold = Sold(self.frame, rows)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of products."""
        actor, filters = self.frame.actor, self._filters(asked)
        code = asked.sort if asked.sort in {*RANKS, *ProductSort} else self.default_sort
        if code in RANKS and self._is_measured:
            metric, is_reversed = RANKS[code]
            return list_products_ranked(
                actor=actor,
                filters=filters,
                ranking=self._ranking(metric),
                cursor=cursor,
                limit=limit,
                is_reversed=is_reversed,
            )
        sort = ProductSort(code) if code in set(ProductSort) else ProductSort.NEWEST
        return list_products(actor=actor, filters=filters, cursor=cursor, limit=limit, sort=sort)

    def count(self, asked: Asked) -> Total:
        """Return how many products match."""
        return Total(count_products(actor=self.frame.actor, filters=self._filters(asked)))

    def _ranking(self, metric: str) -> list[str]:
        if metric not in self._rankings:
            self._rankings[metric] = ranking(self.frame, metric)
        return self._rankings[metric]

    @cached_property
    def _rankings(self) -> dict[str, list[str]]:
        return {}  # an export asks for the same order page by page

    @property
    def _is_measured(self) -> bool:
        return self.frame.person.can("metrics.view")

    def href(self, row: Any) -> str:
        """Return the address of a product."""
        return reverse("console:product", args=[row.id])

    def _filters(self, asked: Asked) -> ProductFilters:
        state = asked.one("state")
        places = place_keys(self.frame, asked.many("place"))
        return ProductFilters(
            text=asked.text,
            category=asked.one("category") or "",
            brand=asked.one("brand") or "",
            status=ProductStatus(state) if state in set(ProductStatus) else None,
            company_keys=company_keys(self.frame, asked.many("company")),
            place_keys=None if places is None else frozenset(places),
            missing=ProductGap(gap) if (gap := asked.one("missing")) in set(ProductGap) else None,
        )
