"""Every read route of the API and of the console, and the values their parameters take."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, quote_plus

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver
from tests.builders.walks_dropship import DROPSHIP_WRITING
from tests.builders.walks_group import GROUP_WRITING
from tests.builders.walks_orders import ORDER_WRITING
from tests.builders.walks_reservations import RESERVATION_WRITING

from quanqu.doors.console.kit.lists import ListView

# The name of what a parameter asks for, in a Corner's `known`; by path where one name means two.
SIDED: Final[Mapping[str, str]] = {
    **{
        name: name
        for name in (
            "audience_id", "company_id", "customer_id", "failed_id", "import_id", "key_id",
            "message_id", "order_id", "order_ref", "person_id", "place_id", "product_id", "source",
            "source_id", "tag", "external_id", "category", "brand", "event", "token", "role_id",
            "evidence_key", "view_id", "company_code", "identifier_id", "verdict_key",
            "second_audience_id", "tag_id", "model_id", "list_id", "export_id", "webhook_id",
            "supplier_id", "purchase_id", "receipt_id", "return_id", "variant_id", "ticket_id",
            "hold_id", "sku", "transfer_id", "count_id", "payment_id", "payment_reference",
            "statement_id", "difference_id", "account_id", "live_order_id", "profile_id",
            "decision_id", "carrier_id", "pick_list_id", "parcel_id", "rma_id", "photo_id",
            "cart_id", "share_code", "quote_id", "slot_id", "subscription_id",
            "cart_id", "share_code",
            "hold_id", "sku", "lot_id", "transfer_id", "count_id", "payment_id",
            "payment_reference", "statement_id", "difference_id", "account_id", "live_order_id",
            "profile_id", "decision_id", "carrier_id", "pick_list_id", "parcel_id", "rma_id",
            "photo_id", "pool_id", "feed_id", "proposal_id",
            "invoice_id", "refused_id",
            "cart_id", "share_code", "quote_id", "lot_id", "pool_id", "feed_id", "proposal_id",
            "invoice_id", "refused_id", "dropship_id", "supplier_place", "offer_key", "slot_id",
            "reservation_id",
        )
    },
    "assignment_id": "role_id",
    "order": "order_id",
    "at": "place_id",
    "supplier": "supplier_id",
    "purchase_order": "purchase_id",
    "key": "evidence_key",
    "other": "customer_id",
    "account": "account_id",
    "other_id": "company_id",
    "unit_id": "place_id",
    "unit": "place_id",
    "place": "place_id",
    "scope": "place_id",
    "listed_at": "place_id",
    "item": "variant_id",
    "company": "company_id",
    "product": "product_id",
    "customer": "customer_id",
    "subject": "order_id",
    "actor_id": "person_id",
    "actor": "person_id",
    "reference": "payment_reference",
    "search": "search",
    "q": "search",
    "value": "customer_search",
    "text": "place_code",
    "/api/v1/customers/verdicts/{key} key": "verdict_key",
    "stock/rules/{key} key": "stock_rule_key",
    "stock/fences/{key} key": "stock_fence_key",
    "stock/limits/{key} key": "stock_limit_key",
    "stock/closed/{key} key": "stock_closing_key",
    "stock/kits/{key} key": "kit_key",
    "stock/pools/{key} key": "pool_key",
    "stock/feeds/{key} key": "feed_key",
    "stock/tracked/{key} key": "tracked_key",
    "stock/releases/{key} key": "release_key",
    "/api/v1/stock/tickets owner": "ticket_owner",
    "/api/v1/dropship/orders search": "dropship_id", "dropship q": "dropship_id",
    "/api/v1/parcels order": "live_order_id",
    "/api/v1/mappings company": "company_code",
    "/api/v1/connections/{code}/deliveries code": "connection_code",
    "/api/v1/orders/lookup place": "place_code",
    "/api/v1/customers search": "customer_search",
    "/api/v1/customers/count search": "customer_search",
    "/api/v1/refunds search": "refund_search",
    "/api/v1/quotes search": "quote_buyer", "quotes q": "quote_buyer",
    "/api/v1/suppliers search": "supplier_search",
    "/api/v1/products search": "product_search",
    "/api/v1/products/count search": "product_search",
    "/api/v1/products/findings search": "product_search",
    "/api/v1/people text": "person_name",
    "/api/v1/audiences text": "audience_name",
    "/api/v1/audiences/values text": "customer_search",
    "customers q": "customer_search", "audiences q": "audience_name",
    "suppliers q": "supplier_search", "products q": "product_search",
    "products/audit q": "product_search",
    "settings/people q": "person_name",
}  # fmt: skip
# Parameters that can name nothing of anybody, with a value for a call that needs one.
PLAIN: Final[Mapping[str, str]] = {
    "action": "", "at_least": "", "archived": "", "channel": "web", "code": "net_sales",
    "change": "", "days": "30", "comparison": "none", "country": "CN", "field": "country",
    "origin": "profile", "currency": "CNY", "cursor": "", "first": "2026-01-01",
    "first_seen_before": "", "missing": "country", "on": "2026-01-01", "first_seen_from": "",
    "is_active": "", "is_linked": "", "is_out": "", "kind": "", "last": "2026-12-31",
    "limit": "200", "max_total": "", "min_total": "", "name": "Product Viewed", "place_type": "",
    "reporting_currency": "", "request_id": "prq_00000000000000000000000000",
    "rule": "failed_events", "is_open": "", "severity": "", "since": "", "sort": "newest",
    "state": "", "status": "", "type": "", "until": "", "purpose": "marketing", "by": "email",
    "show": "on_hand", "trouble": "", "amount": "1", "tender": "", "filled": "", "is_filled": "",
    "revision": "0", "is_overdue": "", "is_credited": "", "overdue": "", "delivery": "",
    "problem": "", "least": "", "most": "", "pair_id": "mpr_00000000000000000000000000",
    "run_id": "mrn_00000000000000000000000000", "reason": "", "total": "", "of": "",
    "is_held_up": "", "held": "yes", "open": "yes", "part": "1", "part_no": "1", "line_key": "1",
    "tracking_number": "", "abandoned": "", "lying": "yes", "method": "", "after": "0",
    "wait_s": "0", "ends_by": "2030-01-01", "ends": "30", "form": "json", "month": "2026-11",
    "unpriced": "", "is_at_risk": "", "late": "", "postcode": "", "week": "2026-11-23",
    "number": "1", "merge_id": "00000000-0000-7000-8000-000000000000", "sample": "10",
}  # fmt: skip


# Calls that are not GET and yet only ask or show, with their bodies.
_BUYERS: Final = '{"version": 1, "match": {"kind": "event", "event": "Order Completed"}}'
ASKING: Final[Mapping[str, str]] = {
    "/api/v1/audiences/validation": f'{{"definition": {_BUYERS}}}',
    "/api/v1/audiences/count": f'{{"definition": {_BUYERS}}}',
    "/api/v1/audiences/composition": f'{{"definition": {_BUYERS}, "field": "country"}}',
    "/api/v1/audiences/overlap": '{"audiences": ["<audience_id>", "<second_audience_id>"]}',
    "/api/v1/audiences/explanation": f'{{"definition": {_BUYERS}, "customer": "<customer_id>"}}',
    "/api/v1/audiences/{audience_id}/exports": '{"format": "csv", "clear": true, "purpose": '
    '"service", "channel": "email"}',
    "/api/v1/consent/decisions": '{"purpose": "marketing", "channel": "email", "customers": '
    '["<customer_id>"]}',
    "/api/v1/customers/lookup": '{"value": "<value>"}',
    "/api/v1/customers/{customer_id}/reveal": "{}",
    "/api/v1/identity/rules/draft/simulation": "{}",
    "/api/v1/events/failed/{failed_id}/reveal": "{}",
    "/api/v1/orders/{order_id}/reveal": "{}",
    "/api/v1/suppliers/{supplier_id}/reveal": "{}",
    "/api/v1/metrics/query": '{"metrics": ["net_sales", "orders", "customers"], "dimensions": '
    '["place"], "period": {"first": "2026-01-01", "last": "2199-12-31"}, "places": ["<place_id>"]}',
    "/api/v1/tax-quotes": '{"company": "<company_id>", "region": "CN", "currency": "CNY", '
    '"lines": [{"category": "goods", "amount": "11.30"}]}',
    "/api/v1/returns/orders": '{"place": "<place_id>", "number": "<search>"}',
    "/api/v1/returns/preview": '{"place": "<place_id>", "order": "<order_id>", "lines": '
    '[{"line": 1, "quantity": 1, "reason": "defective"}]}',
    "/api/v1/sourcing/promise": '{"company": "<company_id>", '
    '"lines": [{"sku": "<sku>", "quantity": 1}]}',
    "/api/v1/sourcing/nearby": '{"company": "<company_id>", "lines": [{"sku": "<sku>", '
    '"quantity": 1}], "latitude": 31.2, "longitude": 121.5}',
    "/api/v1/stock/pools/{pool_id}/availability": '{"skus": ["<sku>"]}',
    "/api/v1/stock/pick-proposals": '{"lines": [{"place": "<place_id>", "item": "<variant_id>", '
    '"quantity": 1}]}',
    "/api/v1/stock/availability": '{"items": ["<variant_id>"], "places": ["<place_id>"]}',
    "/api/v1/replenishment/promising": '{"items": [{"place": "<place_id>", "sku": "<sku>"}]}',
    "/api/v1/carrier-quotes": '{"company": "<company_id>", '
    '"parcels": [{"country": "CN", "weight_g": 900}]}',
    "audiences/preview": _BUYERS,
    "customers/{customer_id}/reveal": "{}",
    "orders/{order_id}/reveal": "{}",
}
# Calls that change something of somebody, with a body each takes.
WRITING: Final[Mapping[str, str]] = {
    "POST /api/v1/suppliers": '{"company": "<company_id>", "code": "taken", "name": "Taken", '
    '"currency": "CNY"}',
    "PUT /api/v1/suppliers/{supplier_id}": '{"code": "taken", "name": "Taken", "currency": "CNY"}',
    "POST /api/v1/suppliers/{supplier_id}/costs": '{"costs": [{"sku": "mug", "cost": "1"}]}',
    "POST /api/v1/suppliers/{supplier_id}/catalogue": '{"csv": "sku,cost"}',
    "PUT /api/v1/companies/{company_id}/buying-rules": '{"currency": "CNY"}',
    "POST /api/v1/purchase-orders": '{"supplier": "<supplier_id>", "place": "<place_id>", '
    '"lines": [{"sku": "mug", "quantity": 1}]}',
    "PUT /api/v1/purchase-orders/{purchase_id}": '{"lines": [{"sku": "mug", "quantity": 1}]}',
    "POST /api/v1/purchase-orders/{purchase_id}/rejection": '{"reason": "Taken"}',
    "POST /api/v1/purchase-orders/{purchase_id}/closure": '{"reason": "Taken"}',
    "POST /api/v1/purchase-orders/{purchase_id}/cancellation": '{"reason": "Taken"}',
    "POST /api/v1/purchase-orders/{purchase_id}/receipts": '{"reference": "taken", '
    '"lines": [{"line_no": 1, "good": 1}]}',
    "POST /api/v1/receipts/{receipt_id}/charges": '{"kind": "freight", "amount": "1", '
    '"basis": "value"}',
    "POST /api/v1/supplier-returns": '{"supplier": "<supplier_id>", "place": "<place_id>", '
    '"reference": "taken", "reason": "Taken", "taken_from": "on_hand", '
    '"lines": [{"sku": "mug", "quantity": 1, "unit_cost": "1"}]}',
    "POST /api/v1/supplier-returns/{return_id}/credits": '{"amount": "1", "reference": "taken"}',
    "PUT /api/v1/replenishment/policies": '{"policies": [{"place": "<place_id>", "sku": "<sku>"}]}',
    "POST /api/v1/replenishment/policy-stops": '{"items": [{"place": "<place_id>", '
    '"sku": "<sku>"}]}',
    "POST /api/v1/replenishment/forecasts": '{"made_at": "2026-01-01T00:00:00Z", "periods": '
    '[{"place": "<place_id>", "sku": "<sku>", "starts_on": "2026-01-01", "quantity": 1}]}',
    "POST /api/v1/replenishment/runs": '{"company": "<company_id>"}',
    "PUT /api/v1/replenishment/proposals/{proposal_id}/quantity": '{"quantity": 2}',
    "POST /api/v1/replenishment/dismissals": '{"proposals": ["<proposal_id>"], "reason": "Taken"}',
    "POST /api/v1/replenishment/acceptances": '{"proposals": ["<proposal_id>"]}',
    "PATCH /api/v1/units/{unit_id}": '{"name": "Taken"}',
    "POST /api/v1/units/{unit_id}/move": '{"parent_id": "<company_id>"}',
    "PUT /api/v1/places/{place_id}": '{"code": "taken", "name": "Taken", "currency": "CNY", '
    '"place_type": "store", "time_zone": "UTC"}',
    "POST /api/v1/places": '{"company_id": "<company_id>", "code": "taken", "name": "Taken", '
    '"currency": "CNY", "place_type": "store", "time_zone": "UTC"}',
    "POST /api/v1/people": '{"email": "taken@example.com", "name": "Taken", '
    '"grant": {"role": "viewer", "unit_id": "<company_id>"}}',
    "POST /api/v1/api-keys": '{"name": "Taken", "grant": {"role": "viewer", '
    '"unit_id": "<company_id>"}}',
    "PATCH /api/v1/people/{person_id}": '{"name": "Taken"}',
    "POST /api/v1/people/{person_id}/roles": '{"role": "viewer", "unit_id": "<company_id>"}',
    "POST /api/v1/api-keys/{key_id}/rotation": "{}",
    "POST /api/v1/customers/{customer_id}/consents": '{"statements": [{"purpose": "marketing", '
    '"channel": "email", "status": "granted", "observed_at": "2026-01-01T00:00:00Z", '
    '"source": "taken"}]}',
    "POST /api/v1/customers/{customer_id}/consents/confirmations": '{"asked": [{"purpose": '
    '"marketing", "channel": "email"}], "source": "taken"}',
    "POST /api/v1/customers/{customer_id}/splits": '{"identifiers": ["<identifier_id>"]}',
    "POST /api/v1/customers/{customer_id}/merges": '{"other": "<other>"}',
    "POST /api/v1/sources": '{"name": "Taken", "code": "taken", "place_id": "<place_id>"}',
    "PATCH /api/v1/sources/{source_id}": '{"name": "Taken"}',
    "POST /api/v1/sources/{source_id}/rotation": "{}",
    "POST /api/v1/sources/{source_id}/pulls": "{}",
    "PUT /api/v1/sources/{source_id}/warehouse": '{"url": "postgresql://u:p@h/db", "read": '
    '{"query": "SELECT 1", "id_column": "i", "cursor_column": "c", "time_column": "t", '
    '"event": "E", "user_column": "u"}}',
    "POST /api/v1/events/failed/{failed_id}/repair": '{"payload": "{}"}',
    "PATCH /api/v1/audiences/{audience_id}": '{"name": "Taken"}',
    "POST /api/v1/audiences/{audience_id}/versions": f'{{"definition": {_BUYERS}}}',
    "POST /api/v1/audiences/{audience_id}/refreshes": "{}",
    "PUT /api/v1/tags/{tag_id}": f'{{"definition": {_BUYERS}}}',
    "POST /api/v1/tags/{tag_id}/answers": '{"answers": [{"customer": "<customer_id>", '
    '"is_right": true}]}',
    "POST /api/v1/models": '{"audience": "<audience_id>"}',
    "POST /api/v1/models/{model_id}/trainings": "{}",
    "POST /api/v1/models/{model_id}/audiences": '{"name": "Taken", "people": 5}',
    "POST /api/v1/audiences/{audience_id}/snapshots": '{"name": "Taken"}',
    "POST /api/v1/audiences/{audience_id}/webhooks": '{"url": "https://taken.example/in"}',
    "POST /api/v1/audiences/{audience_id}/export-requests": '{"reason": "Taken", "purpose": '
    '"service", "channel": "email"}',
    "POST /api/v1/audiences/export-requests/{export_id}/refusal": '{"reason": "Taken"}',
    "POST /api/v1/audiences/uploads/{list_id}/audience": '{"name": "Taken"}',
    "PUT /api/v1/companies/{company_id}/attributes/{code}": '{"name": "Taken", "type": "text"}',
    "POST /api/v1/sourcing/profiles": '{"company": "<company_id>", "profile": {"strategies": '
    '{"taken": {"criteria": [{"by": "cost"}]}}, "default": "taken"}}',
    "POST /api/v1/sourcing/profiles/undo": '{"company": "<company_id>"}',
    "POST /api/v1/sourcing/profiles/shadow-end": '{"company": "<company_id>"}',
    "PUT /api/v1/sourcing/places/{place_id}": '{"is_shipping": true, "is_pickup": true}',
    "POST /api/v1/privacy/requests": '{"kind": "access", "customer_ids": ["<customer_id>"]}',
    "POST /api/v1/privacy/restriction-lifts": '{"kind": "restriction", '
    '"customer_id": "<customer_id>"}',
    "POST /api/v1/mappings": '{"company": "<company_code>", "mapping": {"name": "taken", '
    '"version": 1, "kind": "table", "entities": [{"entity": "orders", "fields": {"external_id": '
    '"no", "placed_at": "at", "total": "total"}}]}}',
    "POST /api/v1/payments/{payment_id}/captures": "{}",
    "POST /api/v1/payments/{payment_id}/refunds": "{}",
    "POST /api/v1/refused-refunds/{refused_id}/decision": '{"way": "none", "reason": "x"}',
    "PUT /api/v1/payment-accounts": '{"company": "<company_id>", "code": "taken", '
    '"provider": "test", "settings": {}, "secrets": {}, "is_test": true}',
    "PUT /api/v1/payment-accounts/{account_id}/terms": '{"wait_days": 9}',
    "POST /api/v1/settlement/differences/{difference_id}/notes": '{"note": "Taken"}',
    "POST /api/v1/settlement/differences/{difference_id}/closing": '{"note": "Taken"}',
    "POST /api/v1/settlement/differences/{difference_id}/reopening": '{"note": "Taken"}',
    "POST /api/v1/stock/movements": '{"source": "taken", "movements": [{"place": "<place_id>", '
    '"item": "<variant_id>", "kind": "receipt", "quantity": 5}]}',
    "POST /api/v1/stock/holds": '{"owner": "taken", "lines": [{"place": "<place_id>", '
    '"item": "<variant_id>", "quantity": 1}]}',
    "POST /api/v1/stock/holds/{hold_id}/extension": '{"duration_s": 86400}',
    "POST /api/v1/stock/holds/{hold_id}/consumption": '{"ref": "taken"}',
    "POST /api/v1/stock/transfers": '{"origin": "<place_id>", "target": "<place_id>", '
    '"lines": [{"item": "<variant_id>", "quantity": 1}]}',
    "PUT /api/v1/stock/transfers/{transfer_id}/lines": '{"lines": [{"item": "<variant_id>", '
    '"quantity": 1}]}',
    "POST /api/v1/stock/transfers/{transfer_id}/receipts": '{"lines": [{"line": 1, "good": 1}]}',
    "PUT /api/v1/stock/policies": '{"items": [{"place": "<place_id>", "sku": "<sku>"}], '
    '"safety_target": 3}',
    "POST /api/v1/stock/counts": '{"place": "<place_id>", "skus": ["<sku>"]}',
    "PUT /api/v1/stock/counts/{count_id}/entries": '{"entries": [{"sku": "mug", "quantity": 1}]}',
    "POST /api/v1/stock/counts/{count_id}/submission": '{"is_rest_zero": true}',
    "POST /api/v1/stock/counts/{count_id}/recount": "{}",
    "PUT /api/v1/stock/rules": '{"company": "<company_id>", "rules": [{"units": 1}]}',
    "PUT /api/v1/stock/places/{place_id}/closing": '{"starts_at": "2031-01-01T00:00:00Z"}',
    "PUT /api/v1/stock/tracking": '{"company": "<company_id>", "skus": ["<sku>"], "by": null}',
    "PUT /api/v1/stock/lots/{lot_id}/state": '{"state": "recalled"}',
    "POST /api/v1/stock/lot-names": '{"place": "<place_id>", "sku": "<sku>", "lot": "taken", '
    '"quantity": 1}',
    "PUT /api/v1/stock/kits/{item}": '{"company": "<company_id>", "parts": []}',
    "POST /api/v1/stock/pools": '{"company": "<company_id>", "name": "Taken", '
    '"places": ["<place_id>"]}',
    "PUT /api/v1/stock/pools/{pool_id}": '{"company": "<company_id>", "name": "Taken", '
    '"places": ["<place_id>"]}',
    "POST /api/v1/stock/pools/{pool_id}/holds": '{"owner": "taken", "lines": [{"sku": "<sku>", '
    '"quantity": 1}]}',
    "PUT /api/v1/stock/release-days": '{"company": "<company_id>", "skus": ["<sku>"], '
    '"place": "<place_id>", "release_on": "2030-01-01"}',
    "POST /api/v1/stock/tickets": '{"place": "<place_id>", "item": "<variant_id>", "owner": "taken"'
    ', "quantity": 1000000}',
    "POST /api/v1/stock/feeds": '{"company": "<company_id>", "channel": "web", "name": "Taken"}',
    "POST /api/v1/stock/feeds/{feed_id}/replay": '{"after": 0}',
    "PUT /api/v1/stock/ring-fences": '{"items": [{"place": "<place_id>", "sku": "<sku>"}], '
    '"channel": "live", "units": 1}',
    "PUT /api/v1/stock/buyer-limits": '{"company": "<company_id>", "skus": ["<sku>"], "most": 2}',
    "POST /api/v1/quotes": '{"place": "<place_id>", "buyer": "Taken", "valid_until": '
    '"2199-01-01", "lines": [{"sku": "mug", "quantity": 1, "unit_price": "1"}]}',
    "PUT /api/v1/quotes/{quote_id}": '{"edition": 1, "buyer": "Taken", "valid_until": '
    '"2199-01-01", "lines": [{"sku": "mug", "quantity": 1, "unit_price": "1"}]}',
    "POST /api/v1/quotes/{quote_id}/approval": "{}",
    "POST /api/v1/quotes/{quote_id}/sending": "{}",
    "POST /api/v1/quotes/{quote_id}/acceptance": "{}",
    "POST /api/v1/quotes/{quote_id}/rejection": "{}",
    "POST /api/v1/quotes/{quote_id}/order": '{"tenders": [{"tender": "invoice"}], '
    '"delivery": "carry_out"}',
    "PUT /api/v1/companies/{company_id}/quote-rules": '{"amount": "1", "currency": "CNY"}',
    "POST /api/v1/carts": '{"place": "<place_id>"}',
    "PUT /api/v1/carts/{cart_id}/lines": '{"lines": [{"item": "<variant_id>", "quantity": 2}]}',
    "POST /api/v1/carts/{cart_id}/merge": '{"customer": "<customer_id>"}',
    "POST /api/v1/carts/{cart_id}/order": '{"tenders": [{"tender": "cash"}], '
    '"delivery": "carry_out"}',
    "POST /api/v1/live-order-moves": '{"step": "pick", "orders": ["<live_order_id>"]}',
    **ORDER_WRITING,
    **DROPSHIP_WRITING,
    **GROUP_WRITING,
    **RESERVATION_WRITING,
    "POST /api/v1/fulfilment/places/{place_id}/pick-lists": "{}",
    "PUT /api/v1/fulfilment/places/{place_id}/rule": '{"keep_days": 3}',
    "PUT /api/v1/fulfilment/places/{place_id}/bins": '{"bins": [{"sku": "mug", "bin": "A"}]}',
    "PUT /api/v1/pick-lists/{pick_list_id}/lines/{line_key}": '{"picked": 1}',
    "POST /api/v1/pick-lists/{pick_list_id}/scans": '{"code": "mug"}',
    "POST /api/v1/fulfilment/orders/{live_order_id}/parts/{part}/parcels": '{"lines": '
    '[{"line": 1, "quantity": 1}], "weight_g": 100}',
    "POST /api/v1/fulfilment/orders/{live_order_id}/parts/{part}/readiness": "{}",
    "POST /api/v1/fulfilment/orders/{live_order_id}/parts/{part}/pickup": '{"pickup_code": "1"}',
    "POST /api/v1/parcels/{parcel_id}/label": '{"carrier": "<carrier_id>", "service": "taken"}',
    "POST /api/v1/parcels/{parcel_id}/events": '{"state": "delivered"}',
    "POST /api/v1/carriers": '{"company": "<company_id>", "code": "taken", "name": "Taken", '
    '"settings": {"prefix": "TK"}}',
    "PUT /api/v1/carriers/{carrier_id}": '{"name": "Taken", "settings": {"prefix": "TK"}}',
    "POST /api/v1/carriers/{carrier_id}/tariffs": '{"service": "taken", "name": "Taken", '
    '"currency": "CNY", "valid_from": "2026-01-01", "areas": [{"zone": "a", "country": "CN"}], '
    '"steps": [{"zone": "a", "up_to_g": 900, "price": "1"}], '
    '"terms": [{"zone": "a", "min_days": 1, "max_days": 2}]}',
    "POST /api/v1/carriers/{carrier_id}/tariff-files": '{"service": "taken", "name": "Taken", '
    '"currency": "CNY", "valid_from": "2026-01-01", "csv": "kind,zone\\narea,a"}',
    "POST /api/v1/intercompany/rules": '{"giver": "<company_id>", "taker": "<company_id>", '
    '"kind": "sales_share", "currency": "CNY", "valid_from": "2026-01-01", "rate": "0.5"}',
    "POST /api/v1/intercompany/settlements": '{"payer": "<company_id>", "payee": "<company_id>", '
    '"amount": "1", "currency": "CNY", "on": "2026-01-01"}',
    "POST /api/v1/invoices": '{"order": "<order_id>", "buyer": {"title": "Taken"}}',
    "POST /api/v1/invoices/{invoice_id}/correction": '{"reason": "taken"}',
    "POST /api/v1/companies/{company_id}/tax-rules": '{"rules": [{"region": "CN", "category": '
    '"taken", "treatment": "S", "rate": "0.13", "valid_from": "2026-01-01", "source": "law"}]}',
    "POST /api/v1/companies/{company_id}/tax-rules/file": '{"csv": "region,category,treatment,'
    'rate,valid_from,source\\nCN,taken,S,13%,2026-01-01,law"}',
    "PUT /api/v1/companies/{company_id}/tax-items": '{"items": [{"sku": "taken", '
    '"category": "a"}]}',
    "POST /api/v1/companies/{company_id}/tax-items/file": '{"csv": "sku,category\\ntaken,a"}',
    "PUT /api/v1/companies/{company_id}/seller": '{"regime": "fapiao", "region": "CN", "name": '
    '"Taken", "tax_id": "91350100M000100Y43", "country": "CN", "category": "goods", '
    '"shipping_category": "goods", "rounding": "line"}',
    "POST /api/v1/returns": '{"place": "<place_id>", "order": "<order_id>", "is_exception": true, '
    '"lines": [{"line": 1, "quantity": 1, "reason": "defective"}]}',
    "POST /api/v1/returns/{rma_id}/photos": '{"content": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAA'
    'CQd1PeAAAADElEQVQI12P4z8AAAAMBAQAYJ9m9AAAAAElFTkSuQmCC"}',
    "POST /api/v1/returns/{rma_id}/approval": "{}",
    "POST /api/v1/returns/{rma_id}/refusal": "{}",
    "POST /api/v1/returns/{rma_id}/parcel": "{}",
    "POST /api/v1/returns/{rma_id}/arrival": "{}",
    "POST /api/v1/returns/{rma_id}/inspection": '{"lines": [{"line": 1, "units": {"a": 1}}]}',
    "POST /api/v1/returns/{rma_id}/settlement": '{"tender": "cash"}',
    "POST /api/v1/returns/{rma_id}/cancellation": "{}",
    "POST /api/v1/returns/{rma_id}/payout": '{"tender": "cash"}',
    "POST /api/v1/returns/{rma_id}/charge-back": '{"supplier": "<supplier_id>"}',
    "POST /api/v1/returns/{rma_id}/exchange": '{"lines": [{"item": "<variant_id>", '
    '"quantity": 1, "unit_price": "1"}], "tender": "cash", "back_tender": "cash"}',
    "PUT /api/v1/companies/{company_id}/return-policies": '{"policy": {"currency": "CNY"}}',
    "PUT /api/v1/companies/{company_id}/audit-policy": '{"price_tolerance_rate": "0.5", '
    '"text_similarity_rate": "0.5"}',
}
# Calls that name nothing of anybody, or a set of which only one's own is touched.
MAKING: Final = frozenset(
    {
        "PUT /api/v1/identity/rules/draft", "DELETE /api/v1/identity/rules/draft",
        "POST /api/v1/identity/rules/draft/activation",
        "PUT /api/v1/me/preferences", "POST /api/v1/units", "POST /api/v1/exchange-rates",
        "POST /api/v1/customers/tags/assignments", "POST /api/v1/customers/tags/removals",
        "PUT /api/v1/customers/tags/definitions",
        "PUT /api/v1/customers/scores/definitions", "POST /api/v1/customers/scores/values",
        "POST /api/v1/events/failed/replay", "PATCH /api/v1/tracking-plan",
        "PUT /api/v1/tracking-plan/events/{name}", "PUT /api/v1/channel-rules",
        "PUT /api/v1/retention-rules",
        "PUT /api/v1/tracking-plan/schema", "POST /api/v1/events/failed/repairs",
        "POST /api/v1/audiences", "POST /api/v1/consent/texts", "POST /api/v1/tags",
        "POST /api/v1/audiences/uploads",
        "PUT /api/v1/audiences/export-policy",
        "POST /api/v1/products/findings/decisions", "POST /api/v1/imports",
        "POST /api/v1/import-looks", "POST /api/v1/settlement/statements",
        "POST /api/v1/privacy/requests/{request_id}/verification",
        "POST /api/v1/privacy/requests/{request_id}/extension",
        "POST /api/v1/privacy/requests/{request_id}/cancellation",
        "POST /api/v1/privacy/requests/{request_id}/refusal", "POST /api/v1/privacy/report-checks",
        "PUT /api/v1/privacy/retention/{rule}", "PUT /api/v1/privacy/policy",
        "PUT /api/v1/connections", "POST /api/v1/jobs/retries", "POST /api/v1/jobs/drops",
        "POST /api/v1/matching/pairs/{pair_id}/answer",
    }
)  # fmt: skip
# Calls for those to whom the whole group is entrusted.
GROUP_WIDE: Final = frozenset(
    {
        "/api/v1/jobs", "/api/v1/stuck-events", "/api/v1/matching/runs", "/api/v1/matching/model",
        "/api/v1/matching/learning", "/api/v1/matching/pairs", "matching", "matching/progress",
        "matching/review", "/api/v1/identity/rules/draft/simulation",
        "/api/v1/privacy/requests",
        "/api/v1/privacy/requests/{request_id}", "/api/v1/privacy/requests/{request_id}/package",
        "privacy", "privacy/new", "privacy/retention", "privacy/inventory",
        "privacy/{request_id}", "privacy/{request_id}/report", "privacy/{request_id}/package",
        "/api/v1/privacy/inventory", "/api/v1/privacy/retention", "/api/v1/privacy/policy",
        "/api/v1/tags", "/api/v1/tags/{tag_id}", "/api/v1/tags/{tag_id}/versions",
        "/api/v1/tags/{tag_id}/refreshes", "/api/v1/tags/{tag_id}/accuracy",
        "/api/v1/tags/{tag_id}/sample", "customers/tag-list/new", "customers/tag-list/parts",
        "customers/tag-list/{tag_id}", "customers/tag-list/{tag_id}/change",
        "customers/tag-list/{tag_id}/sample",
    }
)  # fmt: skip
_SEARCHED: Final = dict.fromkeys(("search", "settings/people", "timeline/plan"), ("q",))
_OFTEN_NEW: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(?:Z|\+00:00)?|req_\w+|[A-Za-z0-9]{64}|\b[0-9a-f]{32}\b"
    r"|\"lake_version\": ?\"[^\"]*\"|\d+ (?:s|min|hours?) ago|just now"
    r"|\d+ \w{3} \d{4}, \d\d:\d\d"
    # An average over the time up to now grows while a test goes on.
    r"|\"(?:average_on_hand|turns)\": ?[\d.]+"
)


@dataclass(frozen=True, slots=True)
class Route:
    """One address to read: a template, the names in it, those of its query and of its body."""

    template: str
    path: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    always: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    method: str = "GET"

    @property
    def inside(self) -> tuple[str, ...]:
        """The names in the body."""
        return tuple(re.findall(r"<(\w+)>", self.body or ""))

    def sided(self) -> Iterator[str]:
        """Yield the parameters that can name something of somebody."""
        names = (*self.path, *self.query, *self.inside)
        return (name for name in names if self.key_of(name) is not None)

    def key_of(self, name: str) -> str | None:
        """Return what a parameter asks for in `known`; None when it names nothing of anybody.

        Raises: AssertionError for a parameter nobody has told the tests about.
        """
        found = SIDED.get(f"{self.template} {name}", SIDED.get(name))
        assert found or name in PLAIN, f"{self.template}: say what {name} may name"
        return found

    def value(self, name: str, known: Mapping[str, str]) -> str:
        """Return the value of a parameter."""
        key = self.key_of(name)
        return PLAIN[name] if key is None else known[key]

    def call(self, client: Client, known: Mapping[str, str], **changed: str) -> HttpResponse:
        """Read the route with these values; `changed` parameters have other ones."""
        names = (*self.path, *self.required, *self.inside)
        told = {name: self.value(name, known) for name in names} | changed
        address, body = f"/{self.template.lstrip('/')}", self.body
        for name in self.path:
            address = address.replace(f"{{{name}}}", quote(told[name]))
        for name in self.inside:
            body = (body or "").replace(f"<{name}>", told[name])
        gone = {*self.path, *self.inside}
        query = [*self.always, *((name, text) for name, text in told.items() if name not in gone)]
        return client.generic(  # type: ignore[return-value] # the client's own class
            self.method,
            address,
            body or "",
            "application/json" if body else "application/x-www-form-urlencoded",
            query_params=query,  # type: ignore[arg-type] # pairs are as good as a mapping
        )


def api_routes(document: Mapping[str, Any]) -> list[Route]:
    """Return every GET of the document, and the POSTs that only ask or show."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "get" or (method == "post" and path in ASKING):
                body = None if method == "get" else ASKING[path]
                found.append(_api_route(path, operation, method, body))
    return found


def api_writes(document: Mapping[str, Any]) -> list[Route]:
    """Return every other call of the document that names something of somebody."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            if method == "get" or (method == "post" and path in ASKING):
                continue
            if "requestBody" not in operation:
                route = _api_route(path, operation, method, None)
            elif name in WRITING:
                route = _api_route(path, operation, method, WRITING[name])
            else:
                assert name in MAKING, f"say what {name} takes"
                continue
            if any(route.sided()):
                found.append(route)
    return found


def console_writes() -> list[Route]:
    """Return every form of the console whose address names something of somebody."""
    found = []
    for pattern in get_resolver("quanqu.doors.console.urls").url_patterns:
        template, view = _template(pattern)
        if template not in ASKING and hasattr(view, "post"):
            route = Route(template, tuple(pattern.pattern.converters), method="POST")
            if any(route.sided()):
                found.append(route)
    return found


def _api_route(path: str, operation: Any, method: str, body: str | None) -> Route:
    parameters = operation.get("parameters", ())
    query = [one for one in parameters if one["in"] == "query"]
    return Route(
        path,
        tuple(one["name"] for one in parameters if one["in"] == "path"),
        tuple(one["name"] for one in query),
        tuple(one["name"] for one in query if one.get("required")),
        tuple(
            (name, value)
            for name, value in (("limit", "100"), ("wait_s", "0"))
            if any(one["name"] == name for one in query)
        ),
        body,
        method.upper(),
    )


def console_routes() -> list[Route]:
    """Return every page of the console that answers to GET, lists also as files."""
    found = []
    for pattern in get_resolver("quanqu.doors.console.urls").url_patterns:
        template, view = _template(pattern)
        names = tuple(pattern.pattern.converters)
        if template in ASKING:
            found.append(Route(template, names, body=ASKING[template], method="POST"))
        if not hasattr(view, "get") or "get" not in view.http_method_names:
            continue
        query: tuple[str, ...] = ("scope",)
        if issubclass(view, ListView):
            filters = tuple(one.code for one in _listed(view.filters) if one.kind != "days")
            columns = tuple(("cols", one.code) for one in _listed(view.columns))
            found.append(Route(template, names, ("q", *query, *filters), always=columns))
            found.append(Route(template, names, always=(("export", "csv"), *columns)))
        else:
            found.append(Route(template, names, (*query, *_SEARCHED.get(template, ()))))
    return found


def _template(pattern: Any) -> tuple[str, Any]:
    assert isinstance(pattern, URLPattern)
    template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
    return template, getattr(pattern.callback, "view_class", None)


def _listed(declared: Any) -> Sequence[Any]:
    """Return what a list declares; one that makes it up for its reader shows its usual self."""
    return () if isinstance(declared, property) else declared


def text_of(answer: HttpResponse) -> str:
    """Return the whole body of an answer, also of a stream."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined] # only a stream has it
    return content.decode("utf-8", errors="replace")


def stable(text: str, *without: str) -> str:
    """Return a body without what differs from call to call, and without some values."""
    for value in without:
        if value.isdecimal():  # a key: digits stand in many places, it stands at the end of a path
            text = re.sub(rf"(?<=/|F){value}(?![0-9a-zA-Z.])", "…", text)
            continue
        for form in {value, quote(value), quote(value, safe=""), quote_plus(value)}:
            text = re.sub(re.escape(form), "…", text, flags=re.IGNORECASE)
    return _OFTEN_NEW.sub("…", text)
