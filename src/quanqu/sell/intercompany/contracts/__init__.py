"""What crosses sell.intercompany: rules, movements, balances and errors."""

from quanqu.sell.intercompany.contracts.books import (
    Balance,
    CompanyFigures,
    Consolidation,
    MovementFilters,
    MovementView,
    Priced,
    SettlementDraft,
    Statement,
    TransferRule,
    TransferRuleView,
)
from quanqu.sell.intercompany.contracts.errors import (
    SettlementReusedError,
    TransferCompanyError,
    TransferRuleError,
)
from quanqu.sell.intercompany.contracts.stock import (
    Acquired,
    ConvertedStock,
    GroupStock,
    StockFigures,
    Uncosted,
    UncostedItem,
)
from quanqu.sell.intercompany.contracts.words import (
    MOST_AMOUNTS,
    MovementKind,
    PriceKind,
    Unpriced,
)

__all__ = [
    "MOST_AMOUNTS",
    "Acquired",
    "Balance",
    "CompanyFigures",
    "Consolidation",
    "ConvertedStock",
    "GroupStock",
    "MovementFilters",
    "MovementKind",
    "MovementView",
    "PriceKind",
    "Priced",
    "SettlementDraft",
    "SettlementReusedError",
    "Statement",
    "StockFigures",
    "TransferCompanyError",
    "TransferRule",
    "TransferRuleError",
    "TransferRuleView",
    "Uncosted",
    "UncostedItem",
    "Unpriced",
]
