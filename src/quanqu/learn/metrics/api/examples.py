"""Questions and answers shown in the API's document; a test asks them of the worked group."""

from typing import Any, Final

from quanqu.infra.http.facade import with_examples

_FEBRUARY: Final = {"first": "2026-02-01", "last": "2026-02-28"}

QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "by_channel": {
        "summary": "Net sales and orders of a month by channel, against the month before",
        "value": {
            "metrics": ["net_sales", "orders"],
            "period": _FEBRUARY,
            "dimensions": ["channel"],
            "comparison": "previous_months",
            "order_by": "net_sales",
        },
    },
    "best_products": {
        "summary": "The ten products that sold best on the web",
        "value": {
            "metrics": ["net_product_sales", "units_sold"],
            "period": _FEBRUARY,
            "dimensions": ["product"],
            "filters": [{"dimension": "channel", "values": ["web"]}],
            "order_by": "net_product_sales",
            "limit": 10,
        },
    },
    "by_week": {
        "summary": "Everything in one currency, week by week",
        "value": {
            "metrics": ["gross_sales", "refund_rate", "customers"],
            "period": _FEBRUARY,
            "dimensions": ["week"],
            "reporting_currency": "CNY",
        },
    },
}

ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "by_channel": {
        "dimensions": ["channel"],
        "period": _FEBRUARY,
        "compared": {"first": "2026-01-01", "last": "2026-01-31"},
        "data": {"first": "2026-01-10", "last": "2026-02-28"},
        "is_complete": True,
        "is_comparison_complete": False,
        "row_count": 3,
        "rows": [
            {
                "keys": {"channel": "marketplace"},
                "labels": {},
                "compared_on": None,
                "is_complete": None,
                "is_comparison_complete": None,
                "cells": {
                    "net_sales": [
                        {
                            "currency": "USD",
                            "value": "30.00",
                            "comparison": "0.00",
                            "change": None,
                        }
                    ],
                    "orders": [{"currency": None, "value": 1, "comparison": 0, "change": None}],
                },
            },
            {
                "keys": {"channel": "web"},
                "labels": {},
                "compared_on": None,
                "is_complete": None,
                "is_comparison_complete": None,
                "cells": {
                    "net_sales": [
                        {
                            "currency": "CNY",
                            "value": "240.01",
                            "comparison": "100.00",
                            "change": 1.4001,
                        }
                    ],
                    "orders": [{"currency": None, "value": 2, "comparison": 1, "change": 1.0}],
                },
            },
            {
                "keys": {"channel": "store"},
                "labels": {},
                "compared_on": None,
                "is_complete": None,
                "is_comparison_complete": None,
                "cells": {
                    "net_sales": [
                        {
                            "currency": "CNY",
                            "value": "60.00",
                            "comparison": "0.00",
                            "change": None,
                        }
                    ],
                    "orders": [{"currency": None, "value": 2, "comparison": 0, "change": None}],
                },
            },
        ],
    }
}


def asking() -> dict[str, Any]:
    """Return what the document says of the call beyond its schemas."""
    bodies = {name: (one["summary"], one["value"]) for name, one in QUESTIONS.items()}
    answers = {name: (QUESTIONS[name]["summary"], value) for name, value in ANSWERS.items()}
    return with_examples(bodies, answers)
