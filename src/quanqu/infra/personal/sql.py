"""The usual work: rows of one table found by a condition, deleted or overwritten."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection

from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.infra.personal.contracts import Subjects
from quanqu.kernel.ids import decode

_FETCHED: Final = 2_000


@dataclass(frozen=True, slots=True)
class SqlWork:
    """Rows of a table that fulfil a condition over %(customers)s, %(customer_ids)s (outside),
    %(customer_uuids)s and %(subjects)s.

    `setting` is what an anonymised row gets ("subject_key = NULL"); without it rows are deleted.
    `sealed` names encrypted columns and their purpose, `hidden` columns that are never handed out
    (hashes), `opened` columns that their room opens by itself, and how.  `prepare` is called
    before, within the transaction: to mark the lake's partitions.
    """

    table: str
    condition: str
    setting: str = ""
    sealed: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    opened: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    prepare: Callable[[Subjects], None] | None = None

    def count(self, people: Subjects) -> int:
        """Return how many rows lead to these people."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.table} WHERE {self.condition}", _of(people))  # noqa: S608 - fragments of our own code
            return int(cursor.fetchone()[0])

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield these rows with sealed columns opened and hidden ones left out."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {self.table} WHERE {self.condition}", _of(people))  # noqa: S608 - fragments of our own code
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(_FETCHED):
                for row in rows:
                    yield self._shown(dict(zip(names, row, strict=True)))

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Delete or overwrite these rows."""
        del now
        if self.prepare is not None:
            self.prepare(people)
        with connection.cursor() as cursor:
            cursor.execute(f"{self._start()} WHERE {self.condition}", _of(people))

    def _start(self) -> str:
        if self.setting:
            return f"UPDATE {self.table} SET {self.setting}"  # noqa: S608 - fragments of our own code
        return f"DELETE FROM {self.table}"  # noqa: S608 - a name of our own code

    def _shown(self, row: dict[str, Any]) -> Mapping[str, Any]:
        return {
            name: self._clear(name, value) for name, value in row.items() if name not in self.hidden
        }

    def _clear(self, name: str, value: Any) -> Any:
        if value is not None and name in self.sealed:
            return decrypt_bytes(bytes(value), purpose=self.sealed[name]).decode(errors="replace")
        if value is not None and name in self.opened:
            return self.opened[name](value)
        return plain_value(value)


def plain_value(value: Any) -> Any:
    """Return a value as JSON can hold it: times and dates ISO 8601, bytes base 64."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, memoryview | bytes):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    return value


def _of(people: Subjects) -> dict[str, Any]:
    return {
        "customers": list(people.customers),
        "customer_ids": list(people.customer_ids),
        "customer_uuids": [decode("cus", text) for text in people.customer_ids],
        "subjects": list(people.subjects),
    }
