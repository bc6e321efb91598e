"""Rules by which the demo's places order again, worked out from what each sold in its last month.

An item is ordered at two weeks of the sales of the last full month, up to six weeks of them; the
items that sold most have a rule.  What is proposed then rests on the demo's own stock.
"""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.replenishment.contracts import PolicyDraft
from quanqu.sell.replenishment.facade import look_at_stock, set_policies

__all__ = ["VERSION", "load_rules"]

VERSION: Final = b"replenish-1"
ITEMS: Final = 200
_AT_LEAST: Final = 14 / 30
_UP_TO: Final = 42 / 30


def load_rules(place: PlaceInfo, sales: pd.DataFrame, *, now: datetime) -> int:
    """Set the rules of a place and look at its company's stock; again, it changes nothing.

    `sales`: sku, month (period), quantity.  Returns how many rules there are.
    """
    month = sales["month"].max() - 1
    sold = sales[sales["month"] == month].groupby("sku")["quantity"].sum().nlargest(ITEMS)
    known = variants_by_sku(skus={(place.company_key, sku) for sku in sold.index})
    drafts = [
        PolicyDraft(
            place.key,
            known[place.company_key, sku].key,
            minimum=int(np.ceil(units * _AT_LEAST)),
            maximum=int(np.ceil(units * _UP_TO)),
        )
        for sku, units in sold.items()
        if (place.company_key, sku) in known
    ]
    if drafts:
        set_policies(actor=SYSTEM, drafts=drafts, now=now)
        look_at_stock(actor=SYSTEM, company_key=place.company_key, now=now)
    return len(drafts)
