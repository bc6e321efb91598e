"""Read statements of providers and banks: bytes in, lines and rejected rows out."""

from quanqu.sell.payments.rules.statements.lines import StatementLine, Tally
from quanqu.sell.payments.rules.statements.reading import read_statement
from quanqu.sell.payments.rules.statements.texts import LARGEST_BYTES

__all__ = ["LARGEST_BYTES", "StatementLine", "Tally", "read_statement"]
