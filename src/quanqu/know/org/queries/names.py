"""What people call whoever did something: the names of colleagues and keys by their outside ids."""

from collections.abc import Collection
from uuid import UUID

from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.know.org.models import ApiKey, Person

__all__ = ["display_names"]


def display_names(*, actor_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people (`per_…`) and API keys (`key_…`) by id; others are left out.

    For a room that shows who did what to whoever may see it.
    """
    named: dict[str, str] = {}
    for prefix, model in (("per", Person), ("key", ApiKey)):
        found = {decoded: one for one in actor_ids if (decoded := _decoded(prefix, one))}
        if found:
            rows = model.objects.filter(id__in=found).values_list("id", "name")
            named |= {found[row_id]: name for row_id, name in rows}
    return named


def _decoded(prefix: str, text: str) -> UUID | None:
    try:
        return decode(prefix, text)
    except MalformedIdError:
        return None
