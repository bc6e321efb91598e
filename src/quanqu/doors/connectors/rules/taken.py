"""What each column of a mapping becomes, for people to read."""

from quanqu.doors.connectors.contracts import Mapping, Taken
from quanqu.doors.connectors.rules.fields import as_field
from quanqu.doors.connectors.rules.needs import operands

__all__ = ["taken_of"]


def taken_of(mapping: Mapping) -> tuple[Taken, ...]:
    """Return the columns (or paths) a mapping reads, each with the entities and fields it makes."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for entity in mapping.entities:
        before = "".join(f"{step}[]." for step in entity.each or ())
        for specs in (entity.fields, entity.identifiers, entity.traits):
            for name, spec in specs.items():
                for column in operands(as_field(spec)):
                    shown = column.lstrip("^.") if column.startswith("^") else before + column
                    found.setdefault(shown, {}).setdefault((entity.entity.value, name))
    return tuple(Taken(column, tuple(targets)) for column, targets in found.items())
