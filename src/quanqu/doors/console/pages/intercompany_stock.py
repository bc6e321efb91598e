"""The stock of companies at cost beside that of their group: shown, and as a file."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel.money import Money
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.intercompany import facade
from quanqu.sell.intercompany.contracts import (
    GroupStock,
    StockFigures,
    Uncosted,
    UncostedItem,
)

__all__ = ["GroupStockFile", "stock_context"]

_SHOWN: Final = 20
WHY: Final[dict[Uncosted, Promise]] = {
    Uncosted.NO_COST: gettext_lazy("Nothing of it was received with a cost"),
    Uncosted.CURRENCIES: gettext_lazy("Its costs are in several currencies"),
    Uncosted.ORIGIN: gettext_lazy("What it cost its first owner is not known; not in the group"),
}


def stock_context(found: GroupStock) -> dict[str, Any]:
    """Return what the page shows of stock."""
    names, told = companies_by_key(), found.converted
    shown = found.uncosted[:_SHOWN]
    return {
        "companies": [_figures(one, names) for one in found.companies],
        "group": [_figures(one, names) for one in found.group],
        "total": Money(told.value_minor, told.currency)
        if told and told.value_minor is not None and len(found.group) > 1
        else None,
        "missing": ", ".join(told.missing) if told and len(found.group) > 1 else "",
        "uncosted": list(_named(shown, names)),
        "uncosted_count": len(found.uncosted),
        "uncosted_units": sum(one.units for one in found.uncosted),
        "hidden": len(found.uncosted) - len(shown),
        "damaged": found.damaged,
    }


class GroupStockFile(ConsoleView):
    """The figures, and every item without a value, as a CSV file."""

    page_code = "intercompany"
    permission = "intercompany.view"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Send it."""
        day = self.frame.now.date()
        found = facade.value_group_stock(actor=self.frame.actor, today=day)
        head = [
            _("Company"), _("SKU"), _("Units"), _("At cost"), _("Profit between companies"),
            _("Currency"), _("Why there is no value"),
        ]  # fmt: skip
        answer = StreamingHttpResponse(
            as_csv(head, _rows(found)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="stock-{day}.csv"'
        return answer


def _rows(found: GroupStock) -> Iterator[list[Any]]:
    names = companies_by_key()
    for one in (*found.companies, *found.group):
        shown = _figures(one, names)
        yield [
            shown["name"], "", one.units, shown["value"].amount, shown["profit"].amount,
            one.currency, "",
        ]  # fmt: skip
    for item in _named(found.uncosted, names):
        yield [
            item["company"], item["label"].sku, item["units"], "", "", "", str(item["why"]),
        ]  # fmt: skip


def _figures(one: StockFigures, names: dict[int, UnitInfo]) -> dict[str, Any]:
    return {
        "name": names[one.company_key].name if one.company_key else _("Group"),
        "units": one.units,
        "value": Money(one.value_minor, one.currency),
        "profit": Money(one.profit_minor, one.currency),
    }


def _named(items: tuple[UncostedItem, ...], names: dict[int, UnitInfo]) -> Iterator[dict[str, Any]]:
    labels = variant_labels(variant_keys={one.variant_key for one in items})
    for one in items:
        yield {
            "company": names[one.company_key].name,
            "label": labels[one.variant_key],
            "units": one.units,
            "why": WHY[one.why],
        }
