"""Stated rates, as a small table that the engine joins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.kernel.time import Period
from quanqu.know.org.facade import rates
from quanqu.learn.metrics.contracts import RateUsed
from quanqu.learn.metrics.rules.conversion import rates_in, stretches

_SCHEMA = pa.schema(
    [
        ("currency", pa.string()),
        ("valid_first", pa.date32()),
        ("valid_last", pa.date32()),
        ("factor", pa.decimal128(24, 12)),
        ("is_own", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Into which currency, by all rates stated for it; `rates` hold on a day of the periods."""

    to_currency: str
    stated: tuple[RateUsed, ...]
    rates: tuple[RateUsed, ...]

    def as_table(self) -> ir.Table:
        """Return the stretches of days with one factor each, as rows of the query itself."""
        rows: list[dict[str, Any]] = [
            {
                "currency": one.currency,
                "valid_first": one.first,
                "valid_last": one.last,
                "factor": one.factor,
                "is_own": one.currency == self.to_currency,
            }
            for one in stretches(self.stated, self.to_currency)
        ]
        return ibis.memtable(pa.Table.from_pylist(rows, schema=_SCHEMA))


def conversion_into(to_currency: str, periods: Sequence[Period]) -> Conversion:
    """Return the stated rates into a currency, and those that hold on a day of the periods."""
    stated = tuple(
        RateUsed(one.currency, one.to_currency, one.valid_on, one.rate, one.source)
        for one in rates(to_currency=to_currency)
    )
    return Conversion(to_currency, stated, rates_in(stated, periods))
