"""What the catalogue publishes to the lake."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import pyarrow as pa

from quanqu.infra.db.facade import copy_out
from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register
from quanqu.kernel.ids import encode

COLUMNS: Final = (
    Column("variant_key", pa.int64(), "The variant: one SKU of a company."),
    Column("product_key", pa.int64(), "The product it belongs to."),
    Column("product_id", pa.string(), "The product's outside id."),
    Column("sku", pa.string(), "The variant's SKU."),
    Column("name", pa.string(), "The product's name, with the variant's options if it has any."),
    Column("category", pa.string(), "The last name of the category path."),
    Column("category_path", pa.string(), 'The category as "A > B".'),
    Column("department", pa.string(), "The first name of the category path."),
    Column("brand", pa.string(), "The brand on the product."),
    Column("company_key", pa.int32(), "The company that sells it."),
)

_SELECT: Final = """
SELECT v.key, p.key, p.id, v.sku,
       p.name || coalesce((SELECT ' · ' || string_agg(o.value, ' · ' ORDER BY o.key)
                           FROM jsonb_each_text(v.options) o), ''),
       c.name, c.path, nullif(split_part(c.path, ' > ', 1), ''), nullif(p.brand, ''), v.company_key
FROM catalog_variant v
JOIN catalog_product p ON p.key = v.product_key
LEFT JOIN catalog_category c ON c.key = p.category_key
ORDER BY v.key
"""


def read_products(partitions: Sequence[str] | None) -> pa.Table:
    """Return every variant with its product; the table has no partitions."""
    del partitions
    schema = pa.schema([pa.field(column.name, column.arrow_type) for column in COLUMNS])
    table = copy_out(query=_SELECT, schema=schema)
    at = schema.get_field_index("product_id")
    raw = table["product_id"].combine_chunks().dictionary_encode()
    outside = pa.array(
        [encode("prd", UUID(text)) for text in raw.dictionary.to_pylist()], pa.string()
    )
    return table.set_column(at, schema.field(at), outside.take(raw.indices))


register(Publication(name="dim_product", grain="variant", columns=COLUMNS, read=read_products))
