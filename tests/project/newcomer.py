"""A newcomer asks the demo what docs/guide/ask-for-figures.md asks, and works each answer out."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.proof.judge import BACK, COUNTRIES, RETURNS, SALES, ask

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "ask-for-figures.md"
SHOP = "Web shop"  # the demo's one place that was observed and not simulated
CENT = Decimal("0.01")
Rows = list[tuple[Any, ...]]
_ASKED = re.compile(r"^## ([^\n]+)\n(?:(?!^## ).)*?^ask (.+?)^```$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"\"?([^\s\"]+)\"?(?: --json '(.+)')?\s*", re.DOTALL)
YEAR = "BETWEEN DATE '2009-12-01' AND DATE '2010-11-30'"
NOVEMBER = "BETWEEN DATE '2010-11-01' AND DATE '2010-11-30'"


@dataclass(frozen=True)
class Newcomer:
    """Asks over HTTP, with a token; `places` narrows every question to the real shop."""

    address: str
    token: str
    places: tuple[str, ...] = ()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send one call of the guide."""
        if body is None:
            mark = "&" if "?" in path else "?"
            path += mark + "&".join(f"place={one}" for one in self.places) if self.places else ""
        elif self.places:
            body = {**body, "places": self.places}
        request = Request(  # noqa: S310 - our own server
            f"{self.address}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            return json.load(answer)


def ask_everything(address: str, token: str, file: Path) -> None:
    """Ask every question of the guide, of all places and of the shop, whose file is the judge."""
    everyone = Newcomer(address, token)
    asked = {
        heading: _CALL.fullmatch(call).groups()  # type: ignore[union-attr] # it must be a call
        for heading, call in _ASKED.findall(GUIDE.read_text("utf-8"))
    }
    assert [heading.split(".")[0] for heading in asked] == [*map(str, range(1, 11)), _TO_DATE]
    bodies = {head: body and json.loads(body) for head, (_, body) in asked.items()}
    answers = {head: everyone.ask(path, bodies[head]) for head, (path, _) in asked.items()}
    by_place = next(answer for head, answer in answers.items() if head.startswith("9."))
    named = {row["labels"]["place"]: row["keys"]["place"] for row in by_place["rows"]}
    shop = Newcomer(address, token, (named[SHOP],))
    for heading, (path, _) in asked.items():
        number = heading.split(".")[0]
        if number == "10":
            check_identifiers(answers[heading], file)
        else:
            _CHECKS[number](shop.ask(path, bodies[heading]), file)


_TO_DATE = "Month to date, and what is not complete"


def money(cell: dict[str, Any], part: str = "value") -> int:
    """Return pounds as pence."""
    assert cell["currency"] == "GBP"
    return int(Decimal(cell[part]) * 100)


def sales(file: Path, when: str, columns: str, rest: str = "") -> Rows:
    """Ask the file about what the shop sold on the days."""
    sold = SALES["online_retail"].format(path=file)
    return ask(f"SELECT {columns} FROM ({sold}) WHERE cast(sold_at AS DATE) {when} {rest}")


def given_back(file: Path, when: str) -> int:
    """Ask the file what the shop gave back on the days."""
    returned = RETURNS.format(path=file, adjusts="false")
    ((minor,),) = ask(
        f"SELECT cast(sum(minor) AS BIGINT) FROM ({returned}) WHERE cast(given_at AS DATE) {when}"
    )
    return int(minor or 0)


def check_channels(answer: Any, file: Path) -> None:
    """Net sales and orders of two months."""
    (row,) = answer["rows"]
    assert row["keys"] == {"channel": "web"}
    for part, when in (
        ("value", NOVEMBER),
        ("comparison", "BETWEEN DATE '2010-10-01' AND DATE '2010-10-31'"),
    ):
        ((minor, orders),) = sales(file, when, "sum(minor), count(DISTINCT order_ref)")
        assert money(row["cells"]["net_sales"][0], part) == minor - given_back(file, when)
        assert row["cells"]["orders"][0][part] == orders


def check_best_customers(answer: Any, file: Path) -> None:
    """The ten who spent most."""
    found = [(int(Decimal(one["gross_sales"]["amount"]) * 100), one["orders"])
             for one in answer["rows"]]  # fmt: skip
    best = sales(
        file, YEAR, "cast(sum(minor) AS BIGINT), count(DISTINCT order_ref)",
        "AND buyer IS NOT NULL GROUP BY buyer ORDER BY 1 DESC LIMIT 10",
    )  # fmt: skip
    assert found == best


def check_repeat(answer: Any, file: Path) -> None:
    """Customers, those with two orders, and the days between orders."""
    cells = {code: cells[0]["value"] for code, cells in answer["rows"][0]["cells"].items()}
    sold = SALES["online_retail"].format(path=file)
    ((customers, again),) = ask(
        f"""SELECT count(*), avg(cast(n >= 2 AS INT)) FROM (
            SELECT buyer, count(DISTINCT order_ref) AS n FROM ({sold})
            WHERE buyer IS NOT NULL AND cast(sold_at AS DATE) {YEAR} GROUP BY 1)"""
    )
    ((median,),) = ask(
        f"""SELECT median(day - before) FROM (
            SELECT day, lag(day) OVER (PARTITION BY buyer ORDER BY sold_at) AS before FROM (
                SELECT DISTINCT buyer, order_ref, sold_at, cast(sold_at AS DATE) AS day
                FROM ({sold}) WHERE buyer IS NOT NULL)) WHERE day {YEAR}"""
    )
    assert cells["customers"] == customers
    assert abs(cells["repeat_purchase_rate"] - again) < 1e-9
    assert cells["purchase_interval_median_days"] == median


def check_returned(answer: Any, file: Path) -> None:
    """The ten products of which most came back, in money."""
    found = [
        (
            row["cells"]["units_returned"][0]["value"],
            money(row["cells"]["product_refunds"][0]),
            round(row["cells"]["product_refund_rate"][0]["value"], 9),
        )
        for row in answer["rows"]
    ]
    sold = SALES["online_retail"].format(path=file)
    wanted = ask(
        f"""WITH back AS (
            SELECT sku, sum(units) AS units, sum(minor) AS minor
            FROM ({BACK.format(path=file)}) WHERE cast(given_at AS DATE) {YEAR} GROUP BY 1
        ), sold AS (
            SELECT sku, sum(minor) AS minor FROM ({sold})
            WHERE cast(sold_at AS DATE) {YEAR} GROUP BY 1
        )
        SELECT cast(back.units AS BIGINT), cast(back.minor AS BIGINT),
               round(back.minor / sold.minor, 9)
        FROM back LEFT JOIN sold USING (sku) ORDER BY 2 DESC LIMIT 10"""
    )
    assert found == wanted


def check_clock(answer: Any, file: Path) -> None:
    """The five hours of the week with most orders."""
    found = [
        (
            int(row["keys"]["weekday"]),
            int(row["keys"]["hour"]),
            row["cells"]["orders"][0]["value"],
            money(row["cells"]["gross_sales"][0]),
        )
        for row in answer["rows"]
    ]
    wanted = sales(
        file, YEAR,
        "isodow(sold_at), hour(sold_at), count(DISTINCT order_ref), cast(sum(minor) AS BIGINT)",
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5",
    )  # fmt: skip
    assert found == wanted


def check_new_and_returning(answer: Any, file: Path) -> None:
    """What an order of each kind of customer is worth on average."""
    found = {
        row["keys"]["customer_type"]: (row["cells"]["orders"][0]["value"], row["cells"]["aov"][0])
        for row in answer["rows"]
    }
    sold = SALES["online_retail"].format(path=file)
    wanted = ask(
        f"""WITH first AS (SELECT buyer, min(sold_at) AS first_at FROM ({sold}) GROUP BY 1)
        SELECT CASE WHEN buyer IS NULL THEN NULL WHEN first_at >= DATE '2010-11-01' THEN 'new'
               ELSE 'returning' END, count(DISTINCT order_ref), cast(sum(minor) AS BIGINT)
        FROM ({sold}) LEFT JOIN first USING (buyer)
        WHERE cast(sold_at AS DATE) {NOVEMBER} GROUP BY 1"""
    )
    assert len(found) == len(wanted) == 3
    for kind, orders, minor in wanted:
        mean = (Decimal(minor) / orders / 100).quantize(CENT, ROUND_HALF_UP)
        assert (found[kind][0], Decimal(found[kind][1]["value"])) == (orders, mean)


def check_countries(answer: Any, file: Path) -> None:
    """Net sales of the ten countries that bought most; those not told are the shop's own."""
    found = [(row["keys"]["country"], money(row["cells"]["net_sales"][0]))
             for row in answer["rows"]]  # fmt: skip
    sold = SALES["online_retail"].format(path=file)
    returned = RETURNS.format(path=file, adjusts="false")
    wanted = ask(
        f"""WITH moved AS (
            SELECT country, minor FROM ({sold}) WHERE cast(sold_at AS DATE) {YEAR}
            UNION ALL
            SELECT country, -minor FROM ({returned}) WHERE cast(given_at AS DATE) {YEAR}
        )
        SELECT CASE country WHEN 'Unspecified' THEN 'GB' ELSE code END, cast(sum(minor) AS BIGINT)
        FROM moved LEFT JOIN ({COUNTRIES}) USING (country) GROUP BY 1 ORDER BY 2 DESC LIMIT 10"""
    )
    assert found == wanted


def check_cohorts(answer: Any, file: Path) -> None:
    """Those of January's new customers who ordered in each month since."""
    (january,) = [one for one in answer["cohorts"] if one["month"] == "2010-01-01"]
    sold = SALES["online_retail"].format(path=file)
    wanted = ask(
        f"""WITH bought AS (
            SELECT DISTINCT buyer, date_trunc('month', sold_at) AS month FROM ({sold})
            WHERE buyer IS NOT NULL
        ), first AS (SELECT buyer, min(month) AS first FROM bought GROUP BY 1)
        SELECT month, count(*) FROM bought JOIN first USING (buyer)
        WHERE first = DATE '2010-01-01' GROUP BY 1 ORDER BY 1"""
    )
    assert january["active"] == [count for _, count in wanted]
    assert answer["data"] == {"first": "2009-12-01", "last": "2010-12-09"}


def check_refund_rate(answer: Any, file: Path) -> None:
    """What part of the shop's sales was given back."""
    (row,) = answer["rows"]
    ((minor,),) = sales(file, YEAR, "cast(sum(minor) AS BIGINT)")
    back = given_back(file, YEAR)
    assert money(row["cells"]["refunds_amount"][0]) == back
    assert abs(row["cells"]["refund_rate"][0]["value"] - back / minor) < 1e-9


def check_identifiers(answer: Any, file: Path) -> None:
    """How many customers have a phone number: none in this file, which has numbers of customers."""
    (table,) = [one for one in answer["tables"] if one["table"] == "customers_by_identifier"]
    filled = {one["column"]: one["filled"] for one in table["fields"]}
    ((numbered,),) = ask(
        f"""SELECT count(DISTINCT "Customer ID") FROM read_parquet('{file}')
        WHERE upper(StockCode) NOT IN ('TEST001', 'TEST002')"""
    )
    assert (filled["phone"], filled["member_id"]) == (0, numbered)
    assert table["rows"] > numbered


def check_month_to_date(answer: Any, file: Path) -> None:
    """Nine days of December, each beside the same day of November."""
    assert answer["compared"] == {"first": "2010-11-01", "last": "2010-11-09"}
    assert [row["keys"]["day"] for row in answer["rows"]] == [f"2010-12-0{n}" for n in range(1, 10)]
    for row in answer["rows"]:
        for part, day in (("value", row["keys"]["day"]), ("comparison", row["compared_on"])):
            when = f"= DATE '{day}'"
            ((minor,),) = sales(file, when, "coalesce(sum(minor), 0)")
            assert money(row["cells"]["net_sales"][0], part) == minor - given_back(file, when)
        assert row["compared_on"] == row["keys"]["day"].replace("-12-", "-11-")
        assert row["is_complete"] is True


_CHECKS: dict[str, Callable[[Any, Path], None]] = {
    "1": check_channels,
    "2": check_best_customers,
    "3": check_repeat,
    "4": check_returned,
    "5": check_clock,
    "6": check_new_and_returning,
    "7": check_countries,
    "8": check_cohorts,
    "9": check_refund_rate,
    _TO_DATE: check_month_to_date,
}
