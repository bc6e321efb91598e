"""The work of an erasure on a table of the lake, as infra.personal asks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from quanqu.infra.lake.erasing import erase_rows, forget_past, rows_with
from quanqu.infra.lake.publishing import publish_dirty
from quanqu.infra.lake.reading import run, table
from quanqu.infra.lake.registry import publication
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import plain_value

_CUSTOMERS: Final = "customer_key"


@dataclass(frozen=True, slots=True)
class LakeRows:
    """Rows of a table of the lake that carry a customer's key or an identifier's.

    An appended table is rewritten; a published one is published, for its rows follow those of the
    database.  Both forget their past then.
    """

    name: str
    column: str

    def count(self, people: Subjects) -> int:
        """Return how many rows of the newest version lead to these people."""
        keys = self._keys(people)
        return rows_with(name=self.name, column=self.column, values=keys) if keys else 0

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield these rows."""
        keys = self._keys(people)
        if not keys:
            return
        rows = table(self.name)
        for row in run(rows.filter(rows[self.column].isin(keys))).to_pylist():
            yield {name: plain_value(value) for name, value in row.items() if value is not None}

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Take these rows out for good; not to be called within a transaction."""
        keys = self._keys(people)
        if not keys:
            return
        if publication(self.name).read is None:
            erase_rows(name=self.name, column=self.column, values=keys)
        else:
            publish_dirty(now=now)
        forget_past(self.name, column=self.column, values=keys)

    def _keys(self, people: Subjects) -> tuple[int, ...]:
        return people.customers if self.column == _CUSTOMERS else people.subjects
