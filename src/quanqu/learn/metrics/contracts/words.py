"""The words of metrics: units, directions, dimensions, comparisons."""

from enum import StrEnum
from typing import Final

__all__ = ["PRODUCT_DIMENSIONS", "TIME_DIMENSIONS", "Comparison", "Dimension", "Direction", "Unit"]


class Unit(StrEnum):
    """What a metric's number counts."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    DAYS = "days"
    ITEMS = "items"
    RATIO = "ratio"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Comparison(StrEnum):
    """What a period is held against."""

    NONE = "none"
    PREVIOUS = "previous"
    PREVIOUS_MONTHS = "previous_months"
    YEAR_BEFORE = "year_before"


class Dimension(StrEnum):
    """By what a metric can be divided or filtered."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WEEKDAY = "weekday"
    HOUR = "hour"
    CHANNEL = "channel"
    PLACE = "place"
    COMPANY = "company"
    BRAND = "brand"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    DEPARTMENT = "department"
    CATEGORY = "category"
    PRODUCT = "product"
    PRODUCT_BRAND = "product_brand"
    CUSTOMER_TYPE = "customer_type"
    CURRENCY = "currency"
    PAYMENT_METHOD = "payment_method"
    INSTALLMENTS = "installments"
    STATUS = "status"


TIME_DIMENSIONS: Final = frozenset(
    {Dimension.DAY, Dimension.WEEK, Dimension.MONTH, Dimension.QUARTER, Dimension.YEAR}
)
"""Dimensions whose values are buckets of days, one after the other; weekday and hour are not."""
PRODUCT_DIMENSIONS: Final = frozenset(
    {Dimension.DEPARTMENT, Dimension.CATEGORY, Dimension.PRODUCT, Dimension.PRODUCT_BRAND}
)
