"""Look at what a company's stock needs, and write it down as proposals."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import number_array, text_array
from quanqu.kernel.ids import new_id
from quanqu.sell.replenishment.actions.alerting import raise_alerts
from quanqu.sell.replenishment.actions.allowed import require_company
from quanqu.sell.replenishment.actions.locking import company_places, lock_companies
from quanqu.sell.replenishment.actions.promising import refresh_promises
from quanqu.sell.replenishment.contracts import PolicyMethod, ProposalKind, Run
from quanqu.sell.replenishment.queries.facts import Facts, gather, planned_companies
from quanqu.sell.replenishment.rules.proposing import Proposed, propose
from quanqu.sell.replenishment.rules.sources import by_item, terms_for
from quanqu.sell.supply.contracts import BuyingTerms
from quanqu.sell.supply.facade import get_buying_rules

__all__ = ["look_at_all", "look_at_stock"]

_ASKED: Final = (
    "unnest(%(ids)s::uuid[], %(places)s::int[], %(items)s::bigint[], %(kinds)s::text[], "
    "%(suppliers)s::text[], %(froms)s::int[], %(quantities)s::bigint[], %(shortages)s::bigint[], "
    "%(figures)s::jsonb[]) AS t(id, place, item, kind, supplier, origin, quantity, shortage, "
    "figures)"
)
_WRITE: Final = f"""
INSERT INTO replenishment_proposal (id, company_key, place_key, variant_key, state, kind,
    supplier_id, from_place_key, quantity, shortage, figures, made_at, updated_at)
SELECT t.id, %(company)s, t.place, t.item, 'open', t.kind, t.supplier, t.origin, t.quantity,
       t.shortage, t.figures, %(now)s, %(now)s
FROM {_ASKED}
WHERE NOT EXISTS (SELECT 1 FROM replenishment_proposal d WHERE d.place_key = t.place
    AND d.variant_key = t.item AND d.state = 'dismissed' AND d.quiet_until >= %(today)s)
ON CONFLICT (place_key, variant_key) WHERE state = 'open' DO UPDATE SET
    kind = excluded.kind, supplier_id = excluded.supplier_id,
    from_place_key = excluded.from_place_key, quantity = excluded.quantity,
    shortage = excluded.shortage, figures = excluded.figures, updated_at = excluded.updated_at,
    asked = CASE WHEN (replenishment_proposal.kind, replenishment_proposal.supplier_id)
                 = (excluded.kind, excluded.supplier_id) THEN replenishment_proposal.asked END
"""  # noqa: S608 - no value in it
_LAPSE: Final = """
UPDATE replenishment_proposal p SET state = 'lapsed', settled_at = %(now)s
WHERE p.company_key = %(company)s AND p.state = 'open' AND NOT EXISTS (
    SELECT 1 FROM unnest(%(places)s::int[], %(items)s::bigint[]) AS t(place, item)
    WHERE t.place = p.place_key AND t.item = p.variant_key)
"""


def look_at_all(*, now: datetime) -> int:
    """Look at the stock of every company that plans, and return how many proposals are needed."""
    return sum(
        look_at_stock(actor=SYSTEM, company_key=company, now=now).proposed
        for company in planned_companies()
    )


def look_at_stock(*, actor: Actor, company_key: int, now: datetime) -> Run:
    """Work out what a company's places need now, and write it down.

    All items at all places are worked out together and written in one statement; proposals that
    are open follow what is needed now, those nobody needs any more lapse, and what was dismissed
    stays quiet until its day.  Looked at twice, nothing changes.
    Locks: the company's run, then its proposals.  Raises: NotAllowedError,
    ReplenishmentPlaceError.
    """
    require_company(actor, company_key)
    with transaction.atomic():
        run = lock_companies([company_key])[company_key]
        facts = gather(company_key, now.date())
        terms = _terms(company_key, facts)
        proposed, levels = propose(facts.policies, facts.stock, facts.forecasts, terms)
        _write(company_key, facts, proposed, now)
        raise_alerts(company_key, facts, levels, now)
        refresh_promises(company_places(company_key), now)
        is_asked = [one.method is PolicyMethod.FORECAST for one in facts.policies]
        run.at, run.policies, run.proposed = now, len(facts.policies), len(proposed)
        run.unsourced = sum(one.kind is ProposalKind.UNSOURCED for one in proposed)
        run.unforecast = sum(
            asked and days == 0
            for asked, days in zip(is_asked, levels.covered.tolist(), strict=True)
        )
        run.save()
    return Run(company_key, now, run.policies, run.proposed, run.unsourced, run.unforecast)


def _terms(company_key: int, facts: Facts) -> dict[int, BuyingTerms]:
    """Return whose terms count for each policy, by its number."""
    if not facts.terms:
        return {}
    currency = get_buying_rules(actor=SYSTEM, company_key=company_key).currency
    offers = by_item(facts.terms)
    found = {
        number: terms_for(
            offers.get((company_key, one.variant_key), ()),
            preferred=one.supplier_id,
            currency=currency,
        )
        for number, one in enumerate(facts.policies)
    }
    return {number: terms for number, terms in found.items() if terms is not None}


def _write(company_key: int, facts: Facts, proposed: Sequence[Proposed], now: datetime) -> None:
    at = [facts.policies[one.number] for one in proposed]
    told: dict[str, Any] = {
        "company": company_key,
        "now": now,
        "today": now.date(),
        "ids": number_array(new_id() for _ in proposed),
        "places": number_array(one.place_key for one in at),
        "items": number_array(one.variant_key for one in at),
        "kinds": text_array(one.kind.value for one in proposed),
        "suppliers": text_array(one.supplier_id for one in proposed),
        "froms": number_array(
            "NULL" if one.from_place_key is None else one.from_place_key for one in proposed
        ),
        "quantities": number_array(one.quantity for one in proposed),
        "shortages": number_array(one.shortage for one in proposed),
        "figures": text_array(json.dumps(asdict(one.figures)) for one in proposed),
    }
    with connection.cursor() as cursor:
        if proposed:
            cursor.execute(_WRITE, told)
        cursor.execute(_LAPSE, told)
