"""Record a batch of products."""

from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from quanqu.infra.db.facade import copy_in, copy_out, temp_table
from quanqu.infra.lake.contracts import WHOLE
from quanqu.infra.lake.facade import mark_dirty
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import new_id_texts
from quanqu.sell.catalog.actions.attributes import learn_attributes
from quanqu.sell.catalog.actions.describing import (
    describe_products,
    describe_variants,
    ensure_categories,
    show_media,
)
from quanqu.sell.catalog.actions.identities import match_variants, move_bare_variants, refer
from quanqu.sell.catalog.actions.statements import lock_company, run
from quanqu.sell.catalog.contracts import MAPPING_SCHEMA, VariantsMoved
from quanqu.sell.catalog.rules import Incoming, read_products

PUBLICATION: Final = "dim_product"

_INCOMING: Final = {
    "row": "int",
    "product_id": "uuid",
    "variant_id": "uuid",
    "external_product": "text",
    "external_variant": "text",
    "sku": "text",
    "has_sku": "boolean",
    "name": "text",
    "description": "text",
    "brand": "text",
    "category_path": "text",
    "gtin": "text",
    "gtin14": "text",
    "attributes": "jsonb",
    "options": "jsonb",
    "weight_g": "int",
    "status": "text",
}
_KEYS: Final = """
SELECT i."row", i.variant_key, v.product_key
FROM catalog_incoming i JOIN catalog_variant v ON v.key = i.variant_key ORDER BY i."row"
"""
_KEYS_SCHEMA: Final = pa.schema(
    [("row", pa.int32()), ("variant_key", pa.int64()), ("product_key", pa.int64())]
)


@transaction.atomic
def record_products(
    *, products: pa.Table, company_key: int, source: str, now: datetime
) -> pa.Table:
    """Record what a source says of a company's products; the same batch again changes nothing.

    Shapes: PRODUCT_SCHEMA, one row per variant → MAPPING_SCHEMA in the order of the rows; a row
    that cannot be recorded has null keys and a `problem` (RowProblem).  The same SKU, else the
    same valid GTIN, is one variant on every channel.  A field belongs to the source that first
    described the product, others fill gaps; null means "not told".  A variant known only from
    order lines moves to its real product.
    Locks: the company's catalogue.  Emits: VariantsMoved.  Raises: BatchColumnError.
    Source: docs/rules/catalog.md.
    """
    incoming = read_products(products)
    if incoming.rows.num_rows:
        lock_company(company_key)
        _stage(incoming)
        changed, moved = _write(incoming, company_key=company_key, source=source, now=now)
        if changed or moved:
            mark_dirty(publication=PUBLICATION, partitions=[WHOLE])
        if moved:
            emit(VariantsMoved(company_key=company_key, variant_keys=moved), now=now)
    return _mapping(products, incoming)


def _stage(incoming: Incoming) -> None:
    rows = incoming.rows
    ids = new_id_texts(2 * rows.num_rows)
    rows = rows.append_column("product_id", pa.array(ids[: rows.num_rows], pa.string()))
    rows = rows.append_column("variant_id", pa.array(ids[rows.num_rows :], pa.string()))
    temp_table(name="catalog_incoming", columns=_INCOMING | {"variant_key": "bigint"})
    temp_table(
        name="catalog_fresh", columns={"sku": "text", "owner": "text", "variant_key": "bigint"}
    )
    temp_table(
        name="catalog_group",
        columns={"external_product": "text", "product_key": "bigint", "is_new": "boolean"},
    )
    copy_in(table="catalog_incoming", columns=tuple(_INCOMING), data=rows)
    run("ANALYZE catalog_incoming (external_product, external_variant, sku, gtin14)")


def _write(
    incoming: Incoming, *, company_key: int, source: str, now: datetime
) -> tuple[int, list[int]]:
    params = {"company": company_key, "source": source, "now": now}
    paths = incoming.rows["category_path"].unique().drop_null().to_pylist()
    ensure_categories(company_key, paths)
    learn_attributes(company_key, incoming.attributes)
    match_variants(params)
    run("ANALYZE catalog_group")
    changed = describe_products(params)
    changed += describe_variants(params)
    moved = move_bare_variants()
    refer(params)
    if incoming.images.num_rows:
        show_media(incoming.images, params)
    return changed, moved


def _mapping(products: pa.Table, incoming: Incoming) -> pa.Table:
    variants: list[int | None] = [None] * products.num_rows
    owners: list[int | None] = [None] * products.num_rows
    if incoming.rows.num_rows:
        found = copy_out(query=_KEYS, schema=_KEYS_SCHEMA)
        columns = (found[name].to_pylist() for name in _KEYS_SCHEMA.names)
        for row, variant_key, product_key in zip(*columns, strict=True):
            variants[row], owners[row] = variant_key, product_key
    given = set(products.column_names)
    external = [
        products[name].cast(pa.string()) if name in given else pa.nulls(len(variants), pa.string())
        for name in ("external_product", "external_variant")
    ]
    return pa.table(
        [
            *external,
            pa.array(variants, pa.int64()),
            pa.array(owners, pa.int64()),
            incoming.problems,
        ],
        schema=MAPPING_SCHEMA,
    )
