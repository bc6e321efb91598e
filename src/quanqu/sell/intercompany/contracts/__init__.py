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
from quanqu.sell.intercompany.contracts.words import (
    MOST_AMOUNTS,
    MovementKind,
    PriceKind,
    Unpriced,
)

__all__ = [
    "MOST_AMOUNTS",
    "Balance",
    "CompanyFigures",
    "Consolidation",
    "MovementFilters",
    "MovementKind",
    "MovementView",
    "PriceKind",
    "Priced",
    "SettlementDraft",
    "SettlementReusedError",
    "Statement",
    "TransferCompanyError",
    "TransferRule",
    "TransferRuleError",
    "TransferRuleView",
    "Unpriced",
]
