"""What the catalogue tells higher rooms."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["VariantsMoved"]


@dataclass(frozen=True, slots=True)
class VariantsMoved:
    """Variants known only from order lines were given their real product."""

    name: ClassVar[str] = "catalog.variants_moved"

    company_key: int
    variant_keys: list[int]
