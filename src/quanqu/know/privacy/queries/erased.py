"""Whether somebody who was erased is back."""

from collections.abc import Sequence

from quanqu.know.customers import facade as customers


def returned_people() -> Sequence[str]:
    """Return a sentence when identifiers of the suppression list belong to customers."""
    count = customers.count_returned()
    return [f"{count} identifiers of erased people lead to customers."] if count else []
