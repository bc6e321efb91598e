"""Exports that shops know by the name of the program: told by their columns, read as it means them.

Only what names and values alone would get wrong stands here; everything else is guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from quanqu.doors.connectors.contracts import Hints

__all__ = ["Export", "known_export", "with_export"]


@dataclass(frozen=True, slots=True)
class Export:
    """An export: the columns that tell it, and the columns its fields are read from.

    Of several columns of a field the first that the file has counts.
    """

    name: str
    told_by: frozenset[str]
    fields: dict[str, tuple[str, ...]]
    left_out: frozenset[str] = frozenset()


_EXPORTS: Final = (
    Export(
        "Shopify",
        frozenset({"Name", "Financial Status", "Lineitem quantity", "Lineitem name",
                   "Lineitem price"}),
        {
            "order_id": ("Name",), "date": ("Created at",), "status": ("Financial Status",),
            "order_total": ("Total",), "refunded": ("Refunded Amount",), "tax": ("Taxes",),
            "shipping": ("Shipping",), "sku": ("Lineitem sku",), "quantity": ("Lineitem quantity",),
            "product_name": ("Lineitem name",), "price": ("Lineitem price",),
            "discount": ("Lineitem discount",), "customer_name": ("Billing Name",),
            "email": ("Email",), "phone": ("Phone", "Billing Phone"),
            "street": ("Billing Address1",), "city": ("Billing City", "Shipping City"),
            "postcode": ("Billing Zip",), "region": ("Billing Province",),
            "country": ("Billing Country", "Shipping Country"), "ship_name": ("Shipping Name",),
            "ship_street": ("Shipping Address1",), "brand": ("Vendor",), "note": ("Notes",),
        },
        frozenset({"Subtotal", "Discount Amount", "Fulfillment Status", "Id", "Source", "Tags",
                   "Payment Reference", "Payment ID", "Receipt Number", "Outstanding Balance"}),
    ),
    Export(
        "WooCommerce",
        frozenset({"Order Number", "Order Status", "Order Total Amount", "Item Cost"}),
        {
            "order_total": ("Order Total Amount",), "refunded": ("Order Refund Amount",),
            "price": ("Item Cost",), "product_name": ("Item Name", "Product Name"),
            "quantity": ("Quantity (- Refund)", "Quantity"), "shipping": ("Order Shipping Amount",),
            "phone": ("Phone (Billing)",), "region": ("State Code (Billing)",),
        },
        frozenset({"Cart Discount Amount", "Order Subtotal Amount", "Discount Amount",
                   "Discount Amount Tax"}),
    ),
    Export(
        "Amazon",
        frozenset({"amazon-order-id", "purchase-date", "item-price"}),
        {
            "order_id": ("amazon-order-id",), "date": ("purchase-date",),
            "gross": ("item-price",), "discount": ("item-promotion-discount",),
            "status": ("order-status",), "sku": ("sku",), "product_name": ("product-name",),
            "quantity": ("quantity", "quantity-purchased"),
        },
        frozenset({"shipping-price", "item-tax", "shipping-tax", "merchant-order-id"}),
    ),
    Export(
        "Amazon",
        frozenset({"order-id", "order-item-id", "purchase-date", "quantity-purchased",
                   "item-price"}),
        {
            "order_id": ("order-id",), "date": ("purchase-date",), "gross": ("item-price",),
            "discount": ("item-promotion-discount",), "sku": ("sku",),
            "product_name": ("product-name",), "quantity": ("quantity-purchased",),
            "email": ("buyer-email",), "customer_name": ("buyer-name",),
        },
        frozenset({"shipping-price", "item-tax", "shipping-tax"}),
    ),
    Export(
        "JD 京东",
        frozenset({"订单号", "商品名称", "订购数量", "京东价", "订单金额"}),
        {
            "price": ("京东价",), "order_total": ("应付金额", "订单金额"), "sku": ("货号",
            "商品ID"),
            "customer_id": ("下单帐号", "下单账号"), "street": ("客户地址",),
            "shipping": ("运费金额",),
        },
        frozenset({"结算金额", "余额支付", "订单金额", "应付金额"}),
    ),
    Export(
        "Douyin 抖店",
        frozenset({"主订单编号", "子订单编号", "选购商品", "商品单价"}),
        {
            "order_id": ("主订单编号",), "line_id": ("子订单编号",), "product_name": ("选购商品",),
            "sku": ("商家编码", "商品ID"), "amount": ("订单应付金额",), "price": ("商品单价",),
            "date": ("订单提交时间",), "discount": ("优惠总金额",),
        },
        frozenset({"平台优惠", "商家优惠", "达人优惠", "支付优惠"}),
    ),
    Export(
        "Youzan 有赞",
        frozenset({"订单号", "商品名称", "商品实际成交金额", "订单实付金额"}),
        {
            "amount": ("商品实际成交金额",), "order_total": ("订单实付金额",),
            "refunded": ("商品已退款金额",), "price": ("商品单价",), "shipping": ("运费",),
        },
        frozenset({"订单商品总计"}),
    ),
)  # fmt: skip


def known_export(columns: Iterable[str]) -> Export | None:
    """Return the export whose columns a file has."""
    given = frozenset(columns)
    return next((export for export in _EXPORTS if export.told_by <= given), None)


def with_export(hints: Hints, export: Export, columns: Iterable[str]) -> Hints:
    """Return the hints with what the export means; what a person says goes first."""
    given = frozenset(columns)
    spoken = {name for names in hints.fields.values() for name in names}
    fields = dict(hints.fields)
    for field, names in export.fields.items():
        found = next((name for name in names if name in given), None)
        if field not in fields and found is not None and found not in spoken | hints.left_out:
            fields[field] = (found,)
    used = {name for names in fields.values() for name in names}
    return replace(hints, fields=fields, left_out=hints.left_out | (export.left_out & given - used))
