"""What outside ids of places stand for: it never changes, so a process remembers it."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from quanqu.kernel.ids import decode
from quanqu.know.org.contracts import PlaceRef, UnitKind

_MOST: Final = 50_000
_REMEMBERED: Final[dict[str, PlaceRef]] = {}


def place_refs(*, place_ids: Collection[str]) -> dict[str, PlaceRef]:
    """Return the keys of places and of their companies by outside id; unknown ones are left out.

    No rights are checked here.  Raises: MalformedIdError.
    """
    found = {text: ref for text in place_ids if (ref := _REMEMBERED.get(text))}
    if texts := {decode("plc", text): text for text in place_ids if text not in found}:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, key, parent_key FROM org_unit WHERE id = ANY(%s) AND kind = %s",
                [list(texts), UnitKind.PLACE.value],
            )
            read = {texts[value]: PlaceRef(*keys) for value, *keys in cursor.fetchall()}
        if len(_REMEMBERED) > _MOST:
            _REMEMBERED.clear()
        _REMEMBERED.update(read)
        found |= read
    return found
