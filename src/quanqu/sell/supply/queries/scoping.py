"""Which suppliers and purchase orders an actor may see: by company, and by place."""

from typing import Final

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.sell.supply.contracts import (
    PurchaseOrderNotFoundError,
    ReceiptNotFoundError,
    SupplierNotFoundError,
)
from quanqu.sell.supply.models import PurchaseOrder, Receipt, Supplier, SupplierReturn

__all__ = [
    "VIEW",
    "order_row",
    "orders_in_scope",
    "receipt_row",
    "receipts_in_scope",
    "returns_in_scope",
    "supplier_row",
    "suppliers_in_scope",
]

VIEW: Final = "supply.view"


def suppliers_in_scope(actor: Actor) -> "QuerySet[Supplier]":
    """Return the suppliers of the companies the actor may see. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope, found = actor.scope(VIEW), Supplier.objects.all()
    return found if scope.everything else found.filter(company_key__in=scope.companies)


def orders_in_scope(actor: Actor) -> "QuerySet[PurchaseOrder]":
    """Return the orders to the places the actor may see. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope, found = actor.scope(VIEW), PurchaseOrder.objects.select_related("supplier")
    return found if scope.everything else found.filter(place_key__in=scope.places)


def receipts_in_scope(actor: Actor) -> "QuerySet[Receipt]":
    """Return the receipts at the places the actor may see. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope, found = actor.scope(VIEW), Receipt.objects.select_related("order__supplier")
    return found if scope.everything else found.filter(place_key__in=scope.places)


def returns_in_scope(actor: Actor) -> "QuerySet[SupplierReturn]":
    """Return the returns from the places the actor may see. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope, found = actor.scope(VIEW), SupplierReturn.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)


def supplier_row(actor: Actor, supplier_id: str) -> Supplier:
    """Return a supplier in scope. Raises: SupplierNotFoundError, MalformedIdError."""
    row = suppliers_in_scope(actor).filter(id=decode("sup", supplier_id)).first()
    if row is None:
        raise SupplierNotFoundError(ref=supplier_id)
    return row


def order_row(actor: Actor, order_id: str) -> PurchaseOrder:
    """Return an order in scope. Raises: PurchaseOrderNotFoundError, MalformedIdError."""
    row = orders_in_scope(actor).filter(id=decode("pur", order_id)).first()
    if row is None:
        raise PurchaseOrderNotFoundError(ref=order_id)
    return row


def receipt_row(actor: Actor, receipt_id: str) -> Receipt:
    """Return a receipt in scope. Raises: ReceiptNotFoundError, MalformedIdError."""
    row = receipts_in_scope(actor).filter(id=decode("rcp", receipt_id)).first()
    if row is None:
        raise ReceiptNotFoundError(ref=receipt_id)
    return row
