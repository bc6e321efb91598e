"""Make variants that are known from order lines only."""

from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.contracts import WHOLE
from quanqu.infra.lake.facade import mark_dirty
from quanqu.kernel.ids import new_id_texts
from quanqu.sell.catalog.actions.products import PUBLICATION
from quanqu.sell.catalog.actions.statements import lock_company, run
from quanqu.sell.catalog.queries import variant_keys
from quanqu.sell.catalog.rules import fold_text

_WANTED: Final = {
    "sku": "text",
    "name": "text",
    "product_id": "uuid",
    "variant_id": "uuid",
    "product_key": "bigint",
}
_NUMBER: Final = """
UPDATE catalog_wanted SET product_key = nextval(
    (SELECT pg_get_serial_sequence('catalog_product', 'key')::regclass)
)
"""
_ADD_PRODUCTS: Final = """
INSERT INTO catalog_product (key, id, company_key, source, external_id, name, description, brand,
    status, attributes, is_bare, created_at, updated_at)
SELECT product_key, product_id, %(company)s, %(source)s, '', coalesce(name, sku), '', '', 'active',
       '{}', true, %(now)s, %(now)s
FROM catalog_wanted ORDER BY product_key
"""
_ADD_VARIANTS: Final = """
INSERT INTO catalog_variant (id, product_key, company_key, sku, gtin, options)
SELECT variant_id, product_key, %(company)s, sku, '', '{}' FROM catalog_wanted ORDER BY product_key
"""


@transaction.atomic
def ensure_variants(*, company_key: int, skus: pa.Table, source: str, now: datetime) -> pa.Table:
    """Return the variants of SKUs, making bare ones (named by the line) where there are none.

    Shapes: columns `sku` and optional `name`; → VARIANT_KEYS_SCHEMA, one row per distinct SKU.
    Locks: the company's catalogue, only when something is missing.
    """
    names = fold_text(skus["name"].cast(pa.string())) if "name" in skus.column_names else None
    texts = fold_text(skus["sku"].cast(pa.string()))
    wanted = pa.table(
        {"sku": texts, "name": names if names is not None else pa.nulls(len(texts), pa.string())}
    )
    known = variant_keys(company_key=company_key, skus=texts)
    if not known["variant_key"].null_count:
        return known
    lock_company(company_key)
    known = variant_keys(company_key=company_key, skus=texts)
    missing = {
        sku
        for sku, key in zip(known["sku"].to_pylist(), known["variant_key"].to_pylist(), strict=True)
        if key is None
    }
    if missing:
        _make(wanted, missing, {"company": company_key, "source": source, "now": now})
    return variant_keys(company_key=company_key, skus=texts)


def _make(wanted: pa.Table, missing: set[str], params: dict[str, object]) -> None:
    named: dict[str, str | None] = {}
    for sku, name in zip(wanted["sku"].to_pylist(), wanted["name"].to_pylist(), strict=True):
        if sku in missing:
            named[sku] = named.get(sku) or name
    ids = new_id_texts(2 * len(named))
    temp_table(name="catalog_wanted", columns=_WANTED)
    data = pa.table(
        {
            "sku": pa.array(named.keys(), pa.string()),
            "name": pa.array(named.values(), pa.string()),
            "product_id": ids[: len(named)],
            "variant_id": ids[len(named) :],
        }
    )
    copy_in(table="catalog_wanted", columns=tuple(data.column_names), data=data)
    run(_NUMBER)
    run(_ADD_PRODUCTS, params)
    run(_ADD_VARIANTS, params)
    mark_dirty(publication=PUBLICATION, partitions=[WHOLE])
