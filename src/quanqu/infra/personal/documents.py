"""Work on rows that say in a text whom they are about, mostly an encrypted one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.matching import Matcher

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class DocumentWork:
    """Rows of a table with a document in `column`, known by the values in it.

    `purpose` is that of its encryption, empty for a column in clear.
    `blank` keeps a matched row and empties the column ("body_enc = NULL"); without it the row is
    deleted.  `bound_to` names the column that the encryption is bound to, if it is.
    """

    table: str
    key: str
    column: str
    purpose: str
    blank: str = ""
    bound_to: str = ""

    def count(self, people: Subjects) -> int:
        """Return how many rows hold one of the people's values."""
        return sum(1 for _ in self._found(people))

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield the opened documents."""
        for key, text in self._found(people):
            yield {self.key: key, self.column: text}

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Delete or blank the rows that hold one of the people's values."""
        del now
        keys = [key for key, _ in self._found(people)]
        with connection.cursor() as cursor:
            cursor.execute(f"{self._start()} WHERE {self.key} = ANY(%s)", [keys])

    def _start(self) -> str:
        if self.blank:
            return f"UPDATE {self.table} SET {self.blank}"  # noqa: S608 - fragments of our own code
        return f"DELETE FROM {self.table}"  # noqa: S608 - a name of our own code

    def _found(self, people: Subjects) -> Iterator[tuple[int, str]]:
        matcher = Matcher(people.values)
        if matcher.is_empty:
            return
        for key, text in self._opened():
            if matcher.matches_text(text):
                yield key, text

    def _opened(self) -> Iterator[tuple[int, str]]:
        bound, after = self.bound_to or "NULL::bytea", 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {self.key}, {self.column}, {bound} FROM {self.table} "  # noqa: S608 - names of our own code
                    f"WHERE {self.key} > %s AND {self.column} IS NOT NULL "
                    f"ORDER BY {self.key} LIMIT %s",
                    [after, _AT_ONCE],
                )
                rows = cursor.fetchall()
            for key, sealed, bound_to in rows:
                yield key, self._clear(sealed, bytes(bound_to or b""))
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1][0]

    def _clear(self, content: Any, bound_to: bytes) -> str:
        if not self.purpose:
            return str(content)
        clear = decrypt_bytes(bytes(content), purpose=self.purpose, bound_to=bound_to)
        return clear.decode(errors="replace")
