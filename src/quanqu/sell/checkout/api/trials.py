"""The REST API that tries a sourcing profile on past orders."""

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, model_validator

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import MoneyOut, money_out
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api.routes import router
from quanqu.sell.checkout.api.schemas import Id
from quanqu.sell.checkout.contracts import MOST_TRIED
from quanqu.sell.sourcing.facade import get_version

_LONGEST = 366
_EARLIEST, _LATEST = 2000, 2999


class TrialQuery(Schema):
    """Orders of which days are tried, and at most how many of them."""

    first: date | None = Field(None, description="The first day; else 30 days before the last.")
    last: date | None = Field(None, description="The last day; else today.")
    sample: Annotated[int, Field(200, ge=1, le=MOST_TRIED)]

    @model_validator(mode="after")
    def check_days(self) -> "TrialQuery":
        """Refuse days that end before they begin, or more than a year of them."""
        last = self.last or utc_now().date()
        first = self.first or last
        if not first.year >= _EARLIEST <= last.year <= _LATEST:
            raise ValueError(f"days are of the years {_EARLIEST} to {_LATEST}")
        if not 0 <= (last - first).days < _LONGEST:
            raise ValueError(f"from the first to the last day it is 1 to {_LONGEST} days")
        return self


class SideOut(Schema):
    """What one of the two profiles comes to: sums over the orders that both can fill."""

    not_filled: int
    parcels: int
    cost: MoneyOut
    km: int


class TrialOut(Schema):
    """The profile in force beside the one that is tried; `same`: decided alike by both."""

    first: date
    last: date
    orders: int
    tried: int
    same: int
    in_force: SideOut
    tried_one: SideOut


@router.get(
    "/sourcing/profiles/{profile_id}/trial", response=TrialOut, tags=["sourcing"],
    summary="Try a profile on past orders",
)  # fmt: skip
def try_profile(
    request: HttpRequest, profile_id: Path[Id], query: Query[TrialQuery]
) -> dict[str, Any]:
    """What it would have done with orders of these days, on stock as it is now. Nothing is held."""
    actor, identity, now = actor_of(request), decode("spf", profile_id), utc_now()
    company_key = get_version(actor=actor, version_id=identity).company_key
    last = query.last or now.date()
    trial = facade.try_profile(
        actor=actor, version_id=identity, first=query.first or last - timedelta(days=30),
        last=last, most=query.sample, now=now,
    )  # fmt: skip
    currency = companies_by_key(keys=[company_key])[company_key].currency
    found = trial.found

    def side(unfilled: int, parcels: int, cost_minor: int, km: int) -> dict[str, Any]:
        cost = money_out(Money(cost_minor, currency))
        return {"not_filled": unfilled, "parcels": parcels, "cost": cost, "km": km}

    return {
        "first": trial.first,
        "last": trial.last,
        "orders": trial.orders,
        "tried": found.decisions,
        "same": found.same,
        "in_force": side(found.unfilled, found.parcels, found.cost_minor, found.km),
        "tried_one": side(
            found.shadow_unfilled, found.shadow_parcels, found.shadow_cost_minor, found.shadow_km
        ),
    }
