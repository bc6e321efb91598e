"""A bank's statement as camt.053 (ISO 20022 Bank to Customer Statement), any version of it.

Read as a stream; a document type, and with it every entity, is refused.  A pending entry moves no
money and is left out.  Source: ISO 20022 message definition camt.053.001, and the Common Global
Implementation for its use: the booked entry is what arrives, its details say why.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import BinaryIO, Final
from xml.parsers import expat

from quanqu.sell.payments.contracts.errors import StatementUnreadableError
from quanqu.sell.payments.contracts.settlement import (
    Book,
    LineKind,
    RejectedRow,
    StatementReason,
)
from quanqu.sell.payments.rules.statements.lines import (
    RowError,
    StatementLine,
    Tally,
    read_moment,
    read_money,
    rejected,
)
from quanqu.sell.payments.rules.statements.texts import LARGEST_BYTES, opened

__all__ = ["read_camt"]

_BLOCK: Final = 1 << 16
_DEEPEST: Final = 60
_LONGEST: Final = 100_000
_ENTRY: Final = ("Document", "BkToCstmrStmt", "Stmt", "Ntry")
_REFERENCES: Final = frozenset(
    {"EndToEndId", "InstrId", "PmtInfId", "TxId", "Ref", "Ustrd", "AddtlNtryInf", "AddtlTxInf"}
)


@dataclass(slots=True)
class _Reader:
    """Where the parser stands, and the entries it has finished."""

    path: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    length: int = 0
    account: str = ""
    currency: str = ""
    is_camt: bool = False
    row: int = 0
    entry: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    done: list[tuple[int, str, dict[str, str], list[str]]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        tag = name.rpartition(" ")[2]
        self.path.append(tag)
        if len(self.path) > _DEEPEST:
            raise StatementUnreadableError(problem="it is nested too deeply")
        self.texts, self.length = [], 0
        if tuple(self.path[:2]) == _ENTRY[:2]:
            self.is_camt = True
        if tuple(self.path) == _ENTRY[:3]:
            self.account = ""
        if tuple(self.path) == _ENTRY:
            self.row += 1
            self.entry, self.told = {}, []
        if tuple(self.path[:-1]) == _ENTRY and tag == "Amt":
            self.entry["Ccy"] = attributes.get("Ccy", "")

    def text(self, data: str) -> None:
        """Gather the text of an element."""
        self.length += len(data)
        if self.length > _LONGEST:
            raise StatementUnreadableError(problem=f"a text is longer than {_LONGEST}")
        self.texts.append(data)

    def end(self, name: str) -> None:
        """Leave an element."""
        del name
        here, told = self.path[4:], "".join(self.texts).strip()
        if tuple(self.path[:4]) == _ENTRY:
            if not here:
                self.done.append((self.row, self.account, self.entry, self.told))
            elif here[-1] in _REFERENCES and told:
                self.told.append(told)
            elif "/".join(here) in _FIELDS:
                self.entry.setdefault("/".join(here), told)
        elif self.path[3:] in (["Acct", "Id", "IBAN"], ["Acct", "Id", "Othr", "Id"]):
            self.account = told
        self.path.pop()
        self.texts, self.length = [], 0


_FIELDS: Final = frozenset(
    {
        "Amt", "CdtDbtInd", "Sts", "Sts/Cd", "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt",
        "ValDt/DtTm", "AcctSvcrRef", "NtryRef",
    }
)  # fmt: skip


def read_camt(
    file: BinaryIO, tally: Tally, bank_account: str
) -> Iterator[StatementLine | RejectedRow]:
    """Yield the booked entries of every account. Raises: StatementUnreadableError."""
    reader, parser = _Reader(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    source, size = opened(file), 0
    while block := _block(source):
        size += len(block)
        if size > LARGEST_BYTES:
            raise StatementUnreadableError(problem=f"it is larger than {LARGEST_BYTES} bytes")
        _parse(parser, block, is_final=False)
        yield from _finished(reader, tally, bank_account)
    _parse(parser, b"", is_final=True)
    yield from _finished(reader, tally, bank_account)
    if not reader.is_camt:
        raise StatementUnreadableError(problem="it is no camt.053 document")


def _finished(
    reader: _Reader, tally: Tally, bank_account: str
) -> Iterator[StatementLine | RejectedRow]:
    done, reader.done = reader.done, []
    for row, account, entry, told in done:
        if (entry.get("Sts/Cd") or entry.get("Sts") or "BOOK") != "BOOK":
            tally.skipped += 1
            continue
        try:
            yield _line(row, account or bank_account, entry, told)
        except RowError as error:
            yield rejected(row, error, " ".join([*entry.values(), *told]))


def _line(row: int, account: str, entry: dict[str, str], told: list[str]) -> StatementLine:
    currency, way = entry.get("Ccy", ""), entry.get("CdtDbtInd", "")
    if len(currency) != 3 or not currency.isalpha():
        raise RowError(StatementReason.CURRENCY, currency)
    if way not in ("CRDT", "DBIT"):
        raise RowError(StatementReason.KIND, way)
    minor = read_money(entry.get("Amt", ""), currency)
    if minor <= 0:
        raise RowError(StatementReason.AMOUNT, entry.get("Amt", ""))
    moment = next(
        (entry[name] for name in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
         if entry.get(name)), "",
    )  # fmt: skip
    _, on = read_moment(moment, UTC)
    text = " ".join(dict.fromkeys(told))[:4000]
    own = entry.get("AcctSvcrRef") or entry.get("NtryRef") or ""
    if not own:
        content = f"{on} {way} {minor} {currency} {text}"
        own = sha256(content.encode()).hexdigest()[:32]
    return StatementLine(
        row, Book.BANK, f"{account}:{own}", LineKind.CREDIT if way == "CRDT" else LineKind.DEBIT,
        datetime(on.year, on.month, on.day, tzinfo=UTC), on, minor, currency, 0, minor, currency,
        own, "", account, text,
    )  # fmt: skip


def _block(source: BinaryIO) -> bytes:
    try:
        return source.read(_BLOCK)
    except (OSError, EOFError, zlib.error):
        raise StatementUnreadableError(problem="its compression is damaged") from None


def _parse(parser: expat.XMLParserType, block: bytes, *, is_final: bool) -> None:
    try:
        parser.Parse(block, is_final)
    except expat.ExpatError as error:
        raise StatementUnreadableError(problem=f"it is no XML: {error}") from None


def _refuse_doctype(*_told: object) -> None:
    raise StatementUnreadableError(problem="it has a document type, which no statement needs")
