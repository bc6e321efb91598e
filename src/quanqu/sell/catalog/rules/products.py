"""Read a batch of products: identities, barcodes and categories in one form, bad rows named."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.kernel.gtin import is_valid_gtin
from quanqu.sell.catalog.contracts import PRODUCT_SCHEMA, ProductStatus, RowProblem
from quanqu.sell.catalog.rules.frames import conform, fold_text

_TEXTS = (
    "external_product", "external_variant", "sku", "name", "description", "brand", "category_path",
    "gtin", "attributes", "options", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incoming:
    """A batch ready to record.

    `rows` has the columns of PRODUCT_SCHEMA but image_urls, with `row` (its place in the batch),
    `gtin14` and `has_sku` (false where the SKU stands in for a missing one); `images` has row,
    position, url; `problems` is one reason or null per row of the batch.
    """

    rows: pa.Table
    images: pa.Table
    problems: pa.Array
    attributes: tuple[dict[str, object], ...]


def read_products(products: pa.Table) -> Incoming:
    """Fold text, default the SKU to the outside id, check rows and barcodes.

    Shapes: PRODUCT_SCHEMA.  A repeated outside id counts once, the last row wins.
    """
    table = conform(products, PRODUCT_SCHEMA)
    for name in _TEXTS:
        table = _with(table, name, fold_text(table[name]))
    table = _with(table, "external_product", pc.coalesce(table["external_product"], table["sku"]))
    table = table.append_column("has_sku", pc.is_valid(table["sku"]))
    fallback = pc.coalesce(table["sku"], table["external_variant"], table["external_product"])
    table = _with(table, "sku", fallback)
    table = _with(table, "external_variant", pc.fill_null(table["external_variant"], ""))
    table = _with(table, "category_path", _paths(table["category_path"]))
    gtins = [_digits(text) for text in table["gtin"].to_pylist()]
    table = _with(table, "gtin", pa.array(gtins, pa.string()))
    table = table.append_column("gtin14", pa.array(map(_gtin14, gtins), pa.string()))
    table = table.append_column("row", pa.array(range(table.num_rows), pa.int32()))
    parsed = [_object(text) for text in table["attributes"].to_pylist()]
    options = [_object(text) for text in table["options"].to_pylist()]
    problems = _problems(table, parsed, options)
    good = table.filter(pc.is_null(problems))
    return Incoming(
        rows=good.drop_columns(["image_urls"]),
        images=_images(good),
        problems=problems,
        attributes=tuple(found for found in parsed if found),
    )


def category_levels(paths: Iterable[str]) -> list[tuple[str, str, str | None, int]]:
    """Return every category on the way to the paths: (path, name, parent path, depth from 1)."""
    levels: dict[str, tuple[str, str, str | None, int]] = {}
    for path in paths:
        parent: str | None = None
        for depth, name in enumerate(path.split(" > "), start=1):
            here = name if parent is None else f"{parent} > {name}"
            levels.setdefault(here, (here, name, parent, depth))
            parent = here
    return sorted(levels.values(), key=lambda level: (level[3], level[0]))


def _with(table: pa.Table, name: str, column: pa.ChunkedArray | pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _paths(column: pa.ChunkedArray) -> pa.Array:
    def folded(path: str | None) -> str | None:
        names = [name.strip() for name in path.split(">")] if path else []
        return " > ".join(name for name in names if name) or None

    encoded = column.combine_chunks().dictionary_encode()
    names = pa.array([folded(path) for path in encoded.dictionary.to_pylist()], pa.string())
    return names.take(encoded.indices)


def _digits(text: str | None) -> str | None:
    return None if text is None else text.replace(" ", "").replace("-", "") or None


def _gtin14(text: str | None) -> str | None:
    return text.zfill(14) if text is not None and is_valid_gtin(text) else None


def _object(text: str | None) -> dict[str, object] | None:
    """Parse a JSON object: {} for null, None for what is none."""
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _problems(
    table: pa.Table,
    attributes: list[dict[str, object] | None],
    options: list[dict[str, object] | None],
) -> pa.Array:
    statuses = pa.array([status.value for status in ProductStatus])
    known = pc.or_(
        pc.is_null(table["status"]), pc.is_in(table["status"], value_set=statuses)
    ).to_pylist()
    ids = table["external_product"].to_pylist()
    weights = table["weight_g"].to_pylist()
    identities = zip(ids, table["external_variant"].to_pylist(), strict=True)
    last = {identity: row for row, identity in enumerate(identities)}
    problems: list[str | None] = [RowProblem.DUPLICATE_IN_BATCH.value] * len(ids)
    for row in last.values():
        problems[row] = None
    for row, identity in enumerate(ids):
        if identity is None:
            problems[row] = RowProblem.MISSING_EXTERNAL_ID.value
        elif not known[row]:
            problems[row] = RowProblem.UNKNOWN_STATUS.value
        elif attributes[row] is None:
            problems[row] = RowProblem.MALFORMED_ATTRIBUTES.value
        elif options[row] is None:
            problems[row] = RowProblem.MALFORMED_OPTIONS.value
        elif (weights[row] or 0) < 0:
            problems[row] = RowProblem.NEGATIVE_WEIGHT.value
    return pa.array(problems, pa.string())


def _images(table: pa.Table) -> pa.Table:
    lists = table["image_urls"].combine_chunks()
    rows, positions, urls = [], [], []
    for row, addresses in zip(table["row"].to_pylist(), lists.to_pylist(), strict=True):
        for position, url in enumerate(dict.fromkeys(addresses or ())):
            if url and url.strip():
                rows.append(row)
                positions.append(position)
                urls.append(url.strip())
    return pa.table(
        {
            "row": pa.array(rows, pa.int32()),
            "position": pa.array(positions, pa.int32()),
            "url": pa.array(urls, pa.string()),
        }
    )
