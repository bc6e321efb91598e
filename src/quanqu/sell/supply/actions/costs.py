"""Record what items cost at a supplier: one by one, or by its catalogue as a file."""

import csv
import io
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import new_id
from quanqu.kernel.money import Money
from quanqu.sell.catalog.facade import variant_keys, variant_labels
from quanqu.sell.supply.actions.allowed import MANAGE, require_company
from quanqu.sell.supply.contracts import (
    CatalogueImport,
    CostDateError,
    ItemCostDraft,
    RejectedRow,
    SupplierFieldError,
    SupplierFileError,
)
from quanqu.sell.supply.models import ItemCost, Supplier
from quanqu.sell.supply.queries.scoping import supplier_row
from quanqu.sell.supply.rules.checks import check_cost

__all__ = ["import_catalogue", "record_costs"]

COLUMNS: Final = (
    "sku", "supplier_code", "cost", "pack_size", "minimum_quantity", "valid_from", "valid_to"
)  # fmt: skip
_NEEDED: Final = ("sku", "cost")
_MOST_ROWS: Final = 50_000
_MOST_BYTES: Final = 20_000_000


def record_costs(
    *, actor: Actor, supplier_id: str, drafts: Sequence[ItemCostDraft], now: datetime
) -> int:
    """Record what items cost from a day on; what is the same already is left out.

    Returns how many lines were added.  A cost in the past is never changed: only an item's first
    one may begin before today.
    Raises: SupplierNotFoundError, NotAllowedError, SupplierFieldError, CostDateError.
    """
    for draft in drafts:
        check_cost(draft)
    supplier = _managed(actor, supplier_id)
    _require_own_items(supplier, [draft.variant_key for draft in drafts])
    with transaction.atomic():
        return len(_add(actor, supplier, list(enumerate(drafts)), None, now))


def import_catalogue(
    *, actor: Actor, supplier_id: str, content: bytes, now: datetime
) -> CatalogueImport:
    """Record the costs of a supplier's catalogue: CSV in UTF-8 with a head.

    Columns: sku and cost, and perhaps supplier_code, pack_size, minimum_quantity, valid_from,
    valid_to (2026-11-22).  Rows that cannot be taken are told with the reason; the others are
    taken.  The same file again changes nothing.
    Raises: SupplierNotFoundError, NotAllowedError, SupplierFileError.
    """
    supplier = _managed(actor, supplier_id)
    head, rows = _read(content)
    found = variant_keys(
        company_key=supplier.company_key, skus=[row.get("sku", "").strip() for row in rows]
    )
    known = dict(zip(found["sku"].to_pylist(), found["variant_key"].to_pylist(), strict=True))
    reasons: dict[int, str] = {}
    drafts: list[tuple[int, ItemCostDraft]] = []
    for at, row in enumerate(rows):
        try:
            drafts.append((at, _draft(row, known, supplier.currency, now.date())))
        except (QuanquError, ValueError) as error:
            reasons[at] = str(error)
    with transaction.atomic():
        added = _add(actor, supplier, drafts, reasons, now)
    rejected = tuple(
        RejectedRow(at + 1, reasons[at], tuple(rows[at].get(name, "") for name in head))
        for at in sorted(reasons)
    )
    taken = len(added)
    return CatalogueImport(
        import_id=new_id(),
        rows=len(rows),
        taken=taken,
        unchanged=len(rows) - taken - len(rejected),
        head=head,
        rejected=rejected,
    )


def _managed(actor: Actor, supplier_id: str) -> Supplier:
    supplier = supplier_row(actor, supplier_id)
    require_company(actor, MANAGE, supplier.company_key)
    return supplier


def _require_own_items(supplier: Supplier, keys: Sequence[int]) -> None:
    labels = variant_labels(variant_keys=set(keys))
    skus = {label.sku: key for key, label in labels.items()}
    found = variant_keys(company_key=supplier.company_key, skus=list(skus))
    own = set(found["variant_key"].to_pylist())
    for key in keys:
        if key not in own:
            raise SupplierFieldError(field="item", reason="the company sells no such item")


def _add(
    actor: Actor,
    supplier: Supplier,
    drafts: Sequence[tuple[int, ItemCostDraft]],
    reasons: dict[int, str] | None,
    now: datetime,
) -> list[ItemCost]:
    """Add what is new; a line in the past is refused, or told in `reasons` where it has a row."""
    Supplier.objects.select_for_update().get(key=supplier.key)
    told: dict[int, list[ItemCost]] = defaultdict(list)
    items = {draft.variant_key for _, draft in drafts}
    rows = ItemCost.objects.filter(supplier=supplier, variant_key__in=items)
    for row in rows.order_by("valid_from", "key"):
        told[row.variant_key].append(row)
    added = []
    for at, draft in drafts:
        before = told[draft.variant_key]
        if _is_known(before, draft):
            continue
        if before and draft.valid_from < now.date():
            error = CostDateError(today=now.date())
            if reasons is None:
                raise error
            reasons[at] = str(error)
            continue
        row = ItemCost(
            supplier=supplier,
            variant_key=draft.variant_key,
            supplier_code=draft.supplier_code,
            cost_minor=draft.cost_minor,
            pack_size=draft.pack_size,
            minimum_quantity=draft.minimum_quantity,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
            recorded_at=now,
        )
        before.append(row)
        added.append(row)
    ItemCost.objects.bulk_create(added, batch_size=2_000)
    if added:
        record(
            actor=actor,
            action="supply.record_costs",
            subject=f"supplier {supplier.code}",
            after={"lines": len(added)},
            now=now,
        )
    return added


def _is_known(rows: Sequence[ItemCost], draft: ItemCostDraft) -> bool:
    """Tell whether the line in force on the draft's first day says the same."""
    before = [row for row in rows if row.valid_from <= draft.valid_from]
    if not before:
        return False
    last = max(before, key=lambda row: (row.valid_from, row.key or sys.maxsize))
    fields = ("cost_minor", "pack_size", "minimum_quantity", "supplier_code", "valid_to")
    return all(getattr(last, name) == getattr(draft, name) for name in fields)


def _read(content: bytes) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    if len(content) > _MOST_BYTES:
        raise SupplierFileError(reason=f"it has more than {_MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SupplierFileError(reason=f"byte {error.start} is not UTF-8") from None
    if "\0" in text:
        raise SupplierFileError(reason="it holds a NUL")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SupplierFileError(reason=str(error)) from None
    head = tuple(name.strip().lower() for name in lines[0]) if lines else ()
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise SupplierFileError(reason=f"the column {missing[0]} is missing")
    rows = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    if len(rows) > _MOST_ROWS:
        raise SupplierFileError(reason=f"it has more than {_MOST_ROWS} rows")
    return head, [dict(zip(head, line, strict=False)) for line in rows]


def _draft(
    row: Mapping[str, str], known: Mapping[str, int | None], currency: str, today: date
) -> ItemCostDraft:
    sku = row.get("sku", "").strip()
    variant = known.get(sku)
    if variant is None:
        raise ValueError(f"the company sells no item {sku!r}")
    draft = ItemCostDraft(
        variant_key=variant,
        cost_minor=Money.parse(row.get("cost", "").strip(), currency).minor,
        valid_from=_day(row.get("valid_from", "")) or today,
        valid_to=_day(row.get("valid_to", "")),
        supplier_code=row.get("supplier_code", "").strip(),
        pack_size=_count(row.get("pack_size", ""), "pack_size"),
        minimum_quantity=_count(row.get("minimum_quantity", ""), "minimum_quantity"),
    )
    check_cost(draft)
    return draft


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no day written as 2026-11-22") from None


def _count(text: str, name: str) -> int:
    if not text.strip():
        return 1
    told = Decimal(text.strip()) if text.strip().isdigit() else Decimal(0)
    if not 1 <= told <= 1_000_000:
        raise ValueError(f"{name}: {text.strip()!r} is no number from 1")
    return int(told)
