"""Words of metrics: dimensions, the rows of an answer, and where the rows behind a figure are."""

from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.order_words import ORDER_STATES
from quanqu.doors.console.pages.product_words import product_title
from quanqu.doors.console.rules.times import day_text, month_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.learn.metrics.contracts import Dimension, MetricRow
from quanqu.sell.orders.contracts import OrderStatus

__all__ = ["DIMENSION_TITLES", "is_simulated", "label_of", "rows_href"]

DIMENSION_TITLES: Final[dict[Dimension, Promise]] = {
    Dimension.DAY: gettext_lazy("Day"),
    Dimension.WEEK: gettext_lazy("Week"),
    Dimension.MONTH: gettext_lazy("Month"),
    Dimension.QUARTER: gettext_lazy("Quarter"),
    Dimension.YEAR: gettext_lazy("Year"),
    Dimension.WEEKDAY: gettext_lazy("Weekday"),
    Dimension.HOUR: gettext_lazy("Hour"),
    Dimension.CHANNEL: gettext_lazy("Channel"),
    Dimension.PLACE: gettext_lazy("Place"),
    Dimension.COMPANY: gettext_lazy("Company"),
    Dimension.BRAND: gettext_lazy("Brand"),
    Dimension.COUNTRY: gettext_lazy("Country"),
    Dimension.REGION: gettext_lazy("Region"),
    Dimension.CITY: gettext_lazy("City"),
    Dimension.DEPARTMENT: gettext_lazy("Department"),
    Dimension.CATEGORY: gettext_lazy("Category"),
    Dimension.PRODUCT: gettext_lazy("Product"),
    Dimension.PRODUCT_BRAND: gettext_lazy("Product brand"),
    Dimension.CUSTOMER_TYPE: gettext_lazy("New or returning"),
    Dimension.CURRENCY: gettext_lazy("Currency"),
    Dimension.PAYMENT_METHOD: gettext_lazy("Tender"),
    Dimension.INSTALLMENTS: gettext_lazy("Instalments"),
    Dimension.STATUS: gettext_lazy("State"),
}


def label_of(dimension: Dimension, row: MetricRow, frame: Frame) -> str:
    """Name a row of an answer in the reader's language."""
    key = row.keys[0]
    if isinstance(key, date):
        return _time_label(dimension, key, frame)
    if key is None or key == "":
        return _("Guests") if dimension is Dimension.CUSTOMER_TYPE else _("Not known")
    if dimension is Dimension.COUNTRY:
        return country_name(key, frame.language)
    if dimension is Dimension.CHANNEL:
        return channel_titles().get(key, key)
    if dimension is Dimension.CUSTOMER_TYPE:
        return {"new": _("New"), "returning": _("Returning")}.get(key, key)
    if dimension is Dimension.PRODUCT:
        return product_title(row.labels[0])
    if dimension is Dimension.STATUS and key in set(OrderStatus):
        return str(ORDER_STATES[OrderStatus(key)][0])
    return row.labels[0] or key


def _time_label(dimension: Dimension, start: date, frame: Frame) -> str:
    if dimension is Dimension.MONTH:
        return month_text(start, frame.language)
    if dimension is Dimension.QUARTER:
        return f"{start.year} Q{(start.month + 2) // 3}"
    if dimension is Dimension.YEAR:
        return str(start.year)
    return day_text(start, frame.language)


def is_simulated(dimension: Dimension, row: MetricRow, frame: Frame) -> bool:
    """Tell whether a row is of places whose data is made, not observed."""
    key = row.keys[0]
    if dimension is Dimension.CHANNEL:
        return key in frame.simulated_channels
    if dimension is Dimension.PLACE:
        return any(one.id == key and one.details.is_simulated for one in frame.visible_places)
    return False


def rows_href(dimension: Dimension, row: MetricRow, frame: Frame) -> str:
    """Return where the rows behind a figure are listed; empty where no list can show them."""
    key = row.keys[0]
    orders = reverse("console:orders")
    if isinstance(key, date):
        return frame.link(orders, **_days(dimension, key, frame))
    if not key:
        return ""
    if dimension is Dimension.PRODUCT:
        return frame.link(reverse("console:product", args=[key]))
    names = {
        Dimension.CHANNEL: "channel",
        Dimension.PLACE: "place",
        Dimension.STATUS: "state",
        Dimension.CURRENCY: "currency",
    }
    if dimension in names:
        return frame.link(orders, **{names[dimension]: key, **frame.in_period})
    return frame.with_query(by=_below(dimension), **{f"only_{dimension.value}": key})


def _below(dimension: Dimension) -> str:
    deeper = {
        Dimension.COUNTRY: Dimension.REGION,
        Dimension.REGION: Dimension.CITY,
        Dimension.DEPARTMENT: Dimension.CATEGORY,
        Dimension.CATEGORY: Dimension.PRODUCT,
        Dimension.PRODUCT_BRAND: Dimension.PRODUCT,
        Dimension.COMPANY: Dimension.PLACE,
        Dimension.BRAND: Dimension.PLACE,
    }
    return deeper.get(dimension, Dimension.PLACE).value


def _days(dimension: Dimension, start: date, frame: Frame) -> dict[str, str]:
    months = {Dimension.MONTH: 1, Dimension.QUARTER: 3, Dimension.YEAR: 12}.get(dimension)
    end = start + timedelta(days=6) if dimension is Dimension.WEEK else start
    if months is not None:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        end = date(year, month + 1, 1) - timedelta(days=1)
    first, last = max(start, frame.period.first), min(end, frame.period.last)
    return {"from": first.isoformat(), "to": last.isoformat()}
