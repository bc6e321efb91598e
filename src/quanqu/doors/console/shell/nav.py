"""The navigation: only pages that exist, only those the reader may open."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.infra.auth.contracts import Actor

__all__ = ["PAGES", "Entry", "Wing", "entries_for"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation; `key` opens it after g, `words` are further names Ctrl-K finds
    it by."""

    code: str
    title: Promise
    icon: str
    permission: str
    key: str
    words: str = ""
    is_group_wide: bool = False

    def may_be_opened_by(self, actor: Actor) -> bool:
        """Tell whether the reader holds its right, over the whole group where that is needed."""
        if self.is_group_wide:
            return actor.scope(self.permission).everything
        return not self.permission or actor.can(self.permission)

    @property
    def url_name(self) -> str:
        """The name of its address."""
        return f"console:{self.code}"


@dataclass(frozen=True, slots=True)
class Wing:
    """A group of pages; `title` is empty for the first."""

    title: Promise | str
    entries: tuple[Entry, ...]


PAGES: Final = (
    Wing(
        "",
        (Entry("overview", _("Overview"), "layout-dashboard", "metrics.view", "h", "home 总览"),),
    ),
    Wing(
        _("Know"),
        (
            Entry("customers", _("Customers"), "users", "customers.view", "c", "people 客户"),
            Entry("consent", _("Consent"), "list-checks", "customers.view", "n", "privacy 授权"),
            Entry(
                "matching",
                _("Matching"),
                "git-merge",
                "customers.manage",
                "d",
                "one id 匹配 合并",
                is_group_wide=True,
            ),
            Entry("audiences", _("Audiences"), "target", "audiences.view", "a", "segments 人群"),
            Entry(
                "privacy",
                _("Privacy"),
                "shield-check",
                "privacy.view",
                "y",
                "gdpr pipl erasure 隐私 删除",
                is_group_wide=True,
            ),
            Entry(
                "timeline", _("Timeline"), "activity", "timeline.view", "t", "events live 时间线"
            ),
            Entry("visits", _("Visits"), "globe", "timeline.view", "v", "sessions bounce 访问"),
        ),
    ),
    Wing(
        _("Learn"),
        (
            Entry("metrics", _("Metrics"), "chart-line", "metrics.view", "m", "kpi formulas 指标"),
            Entry(
                "models", _("Models"), "users-round", "audiences.view", "l", "lookalike 模型 相似"
            ),
            Entry("quality", _("Data quality"), "gauge", "metrics.view", "q", "coverage 数据质量"),
        ),
    ),
    Wing(
        _("Sell"),
        (
            Entry("products", _("Products"), "package", "catalog.view", "p", "catalogue sku 商品"),
            Entry("findings", _("Consistency audit"), "scale", "catalog.view", "f", "audit 一致性"),
            Entry(
                "sourcing",
                _("Sourcing"),
                "shuffle",
                "sourcing.view",
                "y",
                "splits promise 寻源 拆单",
            ),
            Entry("stock", _("Stock"), "layers", "stock.view", "k", "inventory on hand 库存"),
            Entry(
                "stock_rules",
                _("Stock rules"),
                "shield-check",
                "stock.view",
                "b",
                "safety stock buffer ring-fence limit closed kits pools 安全库存 专享 限购",
            ),
            Entry(
                "lots",
                _("Lots and serials"),
                "package",
                "stock.view",
                "b",
                "batch best before expiry recall 批次 序列号 保质期 召回",
            ),
            Entry(
                "stock_queue",
                _("Waiting lines"),
                "clock",
                "stock.view",
                "b",
                "queue sold out position 排队 缺货 候补",
            ),
            Entry(
                "transfers", _("Transfers"), "arrow-up-down", "stock.view", "x", "move goods 调拨"
            ),
            Entry(
                "fulfilment",
                _("Fulfilment"),
                "truck",
                "fulfilment.view",
                "b",
                "board picking packing parcels pickup carriers 履约 拣货 包裹 自提",
            ),
            Entry("counts", _("Counts"), "list-checks", "stock.view", "w", "stocktaking 盘点"),
            Entry("orders", _("Orders"), "receipt-text", "orders.view", "o", "sales 订单"),
            Entry("payments", _("Payments"), "credit-card", "payments.view", "e", "tender 支付"),
            Entry(
                "settlement",
                _("Reconciliation"),
                "circle-check",
                "payments.view",
                "b",
                "statements bank 对账 结算",
            ),
            Entry(
                "intercompany",
                _("Between companies"),
                "building-2",
                "intercompany.view",
                "v",
                "transfer price consolidated 内部交易 合并",
            ),
            Entry(
                "invoices",
                _("Invoices"),
                "receipt-text",
                "invoices.view",
                "v",
                "tax fapiao vat 发票 税率",
            ),
            Entry(
                "returns",
                _("Returns"),
                "rotate-ccw",
                "returns.view",
                "b",
                "refund exchange claim 退货 换货 退款",
            ),
            Entry(
                "replenishment",
                _("Replenishment"),
                "refresh-cw",
                "supply.view",
                "j",
                "reorder min max proposals 补货 订货",
            ),
            Entry(
                "purchases",
                _("Purchase orders"),
                "shopping-cart",
                "supply.view",
                "u",
                "buying receipts goods in 采购 收货",
            ),
            Entry("suppliers", _("Suppliers"), "building-2", "supply.view", "r", "供应商 costs"),
            Entry(
                "dropship",
                _("Drop-shipping"),
                "truck",
                "dropship.view",
                "v",
                "supplier ships orders offers due 一件代发 供应商直发",
            ),
        ),
    ),
    Wing(
        _("Connect"),
        (
            Entry("imports", _("Imports"), "upload", "imports.view", "i", "files upload 导入"),
            Entry("settings", _("Settings"), "settings", "", "s", "people keys sources 设置"),
        ),
    ),
)


def entries_for(actor: Actor) -> list[Wing]:
    """Return the wings with the pages the actor may open, leaving out empty ones."""
    wings = [
        Wing(
            wing.title,
            tuple(one for one in wing.entries if one.may_be_opened_by(actor)),
        )
        for wing in PAGES
    ]
    return [wing for wing in wings if wing.entries]
