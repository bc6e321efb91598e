"""Carriers of a shop for tests."""

from datetime import date
from pathlib import Path

from tests.builders.goods import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.fulfilment.contracts import (
    CarrierDraft,
    CarrierView,
    TariffFile,
    TariffImport,
)
from quanqu.sell.fulfilment.facade import import_tariff, save_carrier

DOCUMENT = (Path(__file__).parents[2] / "docs" / "rules" / "fulfilment.md").read_text("utf-8")
PRICES = DOCUMENT.split("```csv\n")[1].split("```")[0]


def table(heading: str, *, nth: int = 0) -> list[list[str]]:
    """Return the rows of a table below a heading of the rules."""
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    tables: list[list[list[str]]] = []
    is_inside = False
    for line in part.splitlines():
        if line.startswith("|"):
            if not is_inside:
                tables.append([])
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        is_inside = line.startswith("|")
    return tables[nth][2:]


def make_carrier(company_key: int, code: str = "courier", prefix: str = "QC") -> CarrierView:
    """Give a company a carrier that is priced by table, without prices yet."""
    draft = CarrierDraft(company_key, code, f"{code.title()} Express", settings={"prefix": prefix})
    return save_carrier(actor=SYSTEM, draft=draft, now=NOW)


def price(
    carrier_id: str, *, csv: str = PRICES, service: str = "ground", since: date | None = None
) -> TariffImport:
    """Record the prices of a service."""
    file = TariffFile(service, "Ground", "CNY", since or NOW.date(), 5000, csv.encode())
    return import_tariff(actor=SYSTEM, carrier_id=carrier_id, file=file, now=NOW)
