"""Record a batch of listings."""

from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.ids import new_id_texts
from quanqu.sell.catalog.actions.statements import lock_company, rows, run
from quanqu.sell.catalog.contracts import ListingOutcome, RowProblem
from quanqu.sell.catalog.rules import read_listings

AUDIT_JOB: Final = "catalog.audit_listings"

_SHOWN: Final = {
    "row": "int",
    "id": "uuid",
    "variant_key": "bigint",
    "place_key": "int",
    "external_id": "text",
    "title": "text",
    "description": "text",
    "price_minor": "bigint",
    "currency": "text",
    "url": "text",
    "status": "text",
}
_COMPANIES: Final = """
SELECT DISTINCT v.company_key FROM catalog_shown s JOIN catalog_variant v ON v.key = s.variant_key
ORDER BY 1
"""
_UNKNOWN: Final = """
DELETE FROM catalog_shown s
WHERE NOT EXISTS (SELECT FROM catalog_variant v WHERE v.key = s.variant_key) RETURNING s."row"
"""
_COUNT: Final = """
SELECT count(*) FILTER (WHERE l.key IS NULL),
       count(*) FILTER (WHERE l.key IS NOT NULL AND
           (l.variant_key, l.title, l.description, l.price_minor, l.currency, l.url, l.status)
           IS DISTINCT FROM (s.variant_key, coalesce(s.title, l.title),
               coalesce(s.description, l.description), coalesce(s.price_minor, l.price_minor),
               CASE WHEN s.price_minor IS NULL THEN l.currency ELSE s.currency END,
               coalesce(s.url, l.url), s.status)),
       count(*)
FROM catalog_shown s
LEFT JOIN catalog_listing l ON l.place_key = s.place_key AND l.external_id = s.external_id
"""
_UPSERT: Final = """
INSERT INTO catalog_listing AS l (id, variant_key, company_key, place_key, external_id, title,
    description, price_minor, currency, url, status, seen_at)
SELECT s.id, s.variant_key, v.company_key, s.place_key, s.external_id, coalesce(s.title, ''),
       coalesce(s.description, ''), s.price_minor,
       CASE WHEN s.price_minor IS NULL THEN '' ELSE s.currency END, coalesce(s.url, ''), s.status,
       %(now)s
FROM catalog_shown s JOIN catalog_variant v ON v.key = s.variant_key
ORDER BY s.place_key, s.external_id
ON CONFLICT (place_key, external_id) DO UPDATE
SET variant_key = excluded.variant_key, company_key = excluded.company_key,
    title = coalesce(nullif(excluded.title, ''), l.title),
    description = coalesce(nullif(excluded.description, ''), l.description),
    price_minor = coalesce(excluded.price_minor, l.price_minor),
    currency = coalesce(nullif(excluded.currency, ''), l.currency),
    url = coalesce(nullif(excluded.url, ''), l.url),
    status = excluded.status, seen_at = greatest(excluded.seen_at, l.seen_at)
"""


@transaction.atomic
def record_listings(*, listings: pa.Table, now: datetime) -> ListingOutcome:
    """Record what places show of variants, and have the consistency audit look at it.

    Shapes: LISTING_SCHEMA, upserted by (place_key, external_id); null means "not told".
    Units: price in minor units of its currency.  Locks: the companies' catalogues, by key.
    Raises: BatchColumnError.
    """
    read = read_listings(listings)
    ids = new_id_texts(read.rows.num_rows)
    temp_table(name="catalog_shown", columns=_SHOWN)
    shown = read.rows.append_column("id", pa.array(ids, pa.string()))
    copy_in(table="catalog_shown", columns=tuple(_SHOWN), data=shown)
    companies = [company for (company,) in rows(_COMPANIES)]
    for company in companies:
        lock_company(company)
    unknown = tuple((row, RowProblem.UNKNOWN_VARIANT) for (row,) in rows(_UNKNOWN))
    ((created, updated, total),) = rows(_COUNT)
    run(_UPSERT, {"now": now})
    for company in companies:
        defer(AUDIT_JOB, once=f"{AUDIT_JOB}:{company}", company_key=company)
    return ListingOutcome(
        created, updated, total - created - updated, tuple(sorted(read.problems + unknown))
    )
