"""Which source columns a mapping looks at, table by table."""

from collections.abc import Iterable, Iterator

from quanqu.doors.connectors.contracts import Entity, Field, Mapping
from quanqu.doors.connectors.contracts.canonical import PER_GROUP
from quanqu.doors.connectors.rules.conditions import columns_of
from quanqu.doors.connectors.rules.fields import as_field

__all__ = [
    "MAIN",
    "entity_columns",
    "entity_table",
    "is_per_group",
    "key_columns",
    "main_columns",
    "operands",
    "required",
]

MAIN = "main"


def entity_table(mapping: Mapping, at: int) -> str:
    """Return the name of the table the entity at that place reads: MAIN, a child, or its items."""
    entity = mapping.entities[at]
    if mapping.kind == "payload":
        return f"{entity.entity}:{at}"
    return entity.table or MAIN


def is_per_group(mapping: Mapping, entity: Entity) -> bool:
    """Tell whether the rows of a group make one canonical row (an order of its lines)."""
    if entity.per is not None:
        return entity.per == "group"
    whole = mapping.kind == "table" and entity.table is None and bool(mapping.group_by)
    return whole and entity.entity in PER_GROUP


def entity_columns(entity: Entity) -> set[str]:
    """Return every column or path an entity reads."""
    found = columns_of(entity.when)
    for spec in _specs(entity):
        found |= set(operands(as_field(spec)))
    return found


def main_columns(mapping: Mapping) -> set[str]:
    """Return what is read of the main table (or record) itself besides its entities."""
    found = {name for options in key_columns(mapping) for name in options} | {*mapping.unique}
    for rule in mapping.reject:
        found |= columns_of(rule.when)
    return found


def key_columns(mapping: Mapping) -> list[list[str]]:
    """Return the columns of the group key, each with its alternatives."""
    return [[key] if isinstance(key, str) else key for key in mapping.group_by]


def required(mapping: Mapping, table: str) -> list[list[str]]:
    """Return the alternatives of columns a table cannot do without: one of each list must be."""
    found: list[list[str]] = []
    if table == MAIN:
        found.extend(key_columns(mapping))
        found.extend([name] for name in mapping.unique)
        found.extend([join.on] for join in mapping.joins if "." not in join.on)
    elif table in mapping.children:
        found.append([mapping.children[table].on])
    for at, entity in enumerate(mapping.entities):
        if entity_table(mapping, at) != table:
            continue
        for spec in _specs(entity):
            field = as_field(spec)
            needed = field.required and field.default is None
            if needed or field.times:
                found.extend(_alternatives(field))
    return found


def _specs(entity: Entity) -> Iterator[Field | str]:
    yield from entity.fields.values()
    yield from entity.identifiers.values()
    yield from entity.traits.values()


def operands(field: Field) -> Iterable[str]:
    """Return every column a field reads."""
    names = [field.from_] if isinstance(field.from_, str) else list(field.from_ or ())
    more = [name for name in (field.over, field.off) if name is not None]
    return [*names, *field.add, *field.subtract, *field.times, *more]


def _alternatives(field: Field) -> Iterator[list[str]]:
    if field.times:
        yield from ([name] for name in field.times)
    elif isinstance(field.from_, str):
        yield [field.from_]
    elif field.from_:
        yield list(field.from_)
