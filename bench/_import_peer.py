"""The peer: what a script of an afternoon does with the same files.

pandas reads a file whole, turns every column to text and COPYs it into a table of its own with
one index on the order.  No checks, no identities, no history, no lake, no second run.
"""

import io
import os
import sys
import time
from pathlib import Path

import pandas as pd
import psycopg
from psycopg import sql

KEYS = {"online_retail": "Invoice", "complete_journey": "basket_id", "olist": "order_id"}
FILES = {
    "complete_journey": ("transactions", "products", "demographics", "campaigns",
                         "coupon_redemptions"),
    "olist": ("olist_orders_dataset", "olist_order_items_dataset", "olist_order_payments_dataset",
              "olist_customers_dataset", "olist_products_dataset", "olist_order_reviews_dataset"),
}  # fmt: skip


def main() -> None:
    """Load the data set and print the seconds it took."""
    name, path = sys.argv[1], Path(sys.argv[2])
    files = [path / f"{stem}.parquet" for stem in FILES[name]] if path.is_dir() else [path]
    begun = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for file in files:
            _load(connection, file, KEYS[name])
    print(time.perf_counter() - begun)


def _load(connection: psycopg.Connection, file: Path, key: str) -> None:
    frame = pd.read_parquet(file)
    table = sql.Identifier(f"peer_{file.stem}")
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(c)) for c in frame)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False)
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getvalue())
    if key in frame:
        index = sql.SQL("CREATE INDEX ON {} ({})").format(table, sql.Identifier(key))
        connection.execute(index)


if __name__ == "__main__":
    main()
