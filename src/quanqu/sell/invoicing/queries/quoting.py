"""What tax amounts bear, before anything is sold."""

from collections.abc import Sequence
from datetime import date

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.invoicing.contracts import Rounding, Taxable, TaxedTotal
from quanqu.sell.invoicing.queries.rights import VIEW, require_company
from quanqu.sell.invoicing.queries.taxes import needed_rule, rules_of
from quanqu.sell.invoicing.rules.taxing import tax

__all__ = ["quote_tax"]


def quote_tax(
    *,
    actor: Actor,
    company_key: int,
    region: str,
    lines: Sequence[tuple[str, int]],
    rounding: Rounding,
    on: date,
) -> TaxedTotal:
    """Say what tax amounts of categories bear on a day; nothing is written down.

    Shapes: (category, minor units).  Raises: NotAllowedError, TaxCompanyError, NoTaxRuleError.
    """
    require_company(actor, VIEW, company_key)
    rules = rules_of(company_key, region, {category for category, _ in lines})
    return tax(
        [Taxable(amount, needed_rule(rules, region, category, on)) for category, amount in lines],
        rounding=rounding,
    )
