"""Plain SQL over the raw files of real retailers: the judge of what the product says of them.

The SQL here knows nothing of mappings: it states the rules of docs/rules/mappings.md once more.
"""

from typing import Any

import duckdb  # noqa: TID251 - the independent judge of what the product says

# One view of sale lines per retailer: order_ref, buyer, sku, sold_at, is_goods, minor.
SALES = {
    "online_retail": """
        WITH l AS (
            SELECT *, upper(StockCode) AS code, cast(round(Price * 1000) AS BIGINT) AS mills
            FROM read_parquet('{path}')
        )
        SELECT Invoice AS order_ref, "Customer ID" AS buyer, code AS sku,
               Country AS country, min(InvoiceDate) OVER (PARTITION BY Invoice) AS sold_at,
               code NOT IN ('POST','DOT','C2','C3','D','M','GIFT')
                   AND code NOT LIKE 'GIFT!_0001!_%' ESCAPE '!' AS is_goods,
               (Quantity * mills + 5) // 10 AS minor
        FROM l
        WHERE left(Invoice, 1) NOT IN ('C', 'A') AND NOT (Quantity < 0 AND Price = 0)
          AND code NOT IN ('TEST001', 'TEST002')
          AND code NOT IN ('ADJUST','ADJUST2','BANK CHARGES','AMAZONFEE','S','B','CRUK')
    """,
    "complete_journey": """
        SELECT basket_id AS order_ref, household_id AS buyer, cast(product_id AS VARCHAR) AS sku,
               transaction_timestamp AS sold_at, true AS is_goods,
               cast(round(sales_value * 100) AS BIGINT) AS minor
        FROM read_parquet('{path}/transactions.parquet')
    """,
    "olist": """
        WITH counted AS (
            SELECT o.order_id, c.customer_unique_id, o.order_purchase_timestamp
            FROM read_parquet('{path}/olist_orders_dataset.parquet') o
            LEFT JOIN read_parquet('{path}/olist_customers_dataset.parquet') c USING (customer_id)
            WHERE order_status NOT IN ('canceled', 'unavailable')
        )
        SELECT order_id AS order_ref, customer_unique_id AS buyer, product_id AS sku,
               order_purchase_timestamp AS sold_at, is_goods, coalesce(minor, 0) AS minor
        FROM counted LEFT JOIN (
            SELECT order_id, product_id, true AS is_goods,
                   cast(round(price * 100) AS BIGINT) AS minor
            FROM read_parquet('{path}/olist_order_items_dataset.parquet')
            UNION ALL
            SELECT order_id, NULL, false, cast(round(freight_value * 100) AS BIGINT)
            FROM read_parquet('{path}/olist_order_items_dataset.parquet')
        ) items USING (order_id)
    """,
}
# What the web shop gave back or booked otherwise, one row a document.
RETURNS = """
    WITH l AS (
        SELECT *, upper(StockCode) AS code, cast(round(Price * 1000) AS BIGINT) AS mills
        FROM read_parquet('{path}')
    ), kinds AS (
        SELECT *, code IN ('ADJUST','ADJUST2','BANK CHARGES','AMAZONFEE','S','B','CRUK')
                   OR left(Invoice, 1) = 'A' OR (left(Invoice, 1) = 'C' AND Quantity > 0)
                   AS adjusts,
               -Quantity * mills AS back
        FROM l WHERE code NOT IN ('TEST001', 'TEST002')
    )
    SELECT Invoice, min(Country) AS country, min(InvoiceDate) AS given_at,
           sum(sign(back) * ((abs(back) + 5) // 10)) AS minor
    FROM kinds WHERE adjusts = {adjusts} AND (adjusts OR left(Invoice, 1) = 'C')
    GROUP BY Invoice
"""
# Goods that came back to the web shop, line by line.
BACK = """
    SELECT upper(StockCode) AS sku, InvoiceDate AS given_at, -Quantity AS units,
           (-Quantity * cast(round(Price * 1000) AS BIGINT) + 5) // 10 AS minor
    FROM read_parquet('{path}')
    WHERE left(Invoice, 1) = 'C' AND Quantity < 0
      AND upper(StockCode) NOT IN ('TEST001', 'TEST002', 'POST','DOT','C2','C3','D','M','GIFT',
          'ADJUST','ADJUST2','BANK CHARGES','AMAZONFEE','S','B','CRUK')
      AND upper(StockCode) NOT LIKE 'GIFT!_0001!_%' ESCAPE '!'
"""
# What the file calls a country, by its code; the other names are of no single country.
COUNTRIES = """
    SELECT unnest(['United Kingdom', 'EIRE', 'Germany', 'France', 'Netherlands', 'Spain',
        'Switzerland', 'Portugal', 'Belgium', 'Sweden', 'Italy', 'Australia', 'Cyprus', 'Austria',
        'Greece', 'United Arab Emirates', 'Denmark', 'Norway', 'Finland', 'USA', 'Japan', 'Poland',
        'Malta', 'Lithuania', 'Singapore', 'Canada', 'Israel', 'Hong Kong', 'Bahrain', 'Korea',
        'Thailand', 'Iceland', 'Bermuda', 'Brazil', 'Lebanon', 'Nigeria', 'RSA']) AS country,
    unnest(['GB', 'IE', 'DE', 'FR', 'NL', 'ES', 'CH', 'PT', 'BE', 'SE', 'IT', 'AU', 'CY', 'AT',
        'GR', 'AE', 'DK', 'NO', 'FI', 'US', 'JP', 'PL', 'MT', 'LT', 'SG', 'CA', 'IL', 'HK', 'BH',
        'KR', 'TH', 'IS', 'BM', 'BR', 'LB', 'NG', 'ZA']) AS code
"""


def ask(sql: str) -> list[tuple[Any, ...]]:
    """Run plain SQL over the raw files."""
    with duckdb.connect() as judge:
        return judge.execute(sql).fetchall()
