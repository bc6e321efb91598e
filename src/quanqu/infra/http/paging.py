"""Pages in the API: the parameters that ask for one, and the shape it has."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page

Item = TypeVar("Item")
Row = TypeVar("Row")

_NEXT: Final = "quanqu_next_page"


class PageParams(Schema):
    """Which page, and how long."""

    cursor: Annotated[
        str | None, Field(None, max_length=1000, description="`next_cursor` of the page before.")
    ]
    limit: Annotated[int, Field(50, ge=1, le=200, description="Items on the page.")]


class PageOut(Schema, Generic[Item]):
    """A page of items; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


class MoneyOut(Schema):
    """An amount in the currency's own decimals, with its ISO 4217 code."""

    amount: str
    currency: str


def money_out(money: Money) -> MoneyOut:
    """Return money as the API shows it."""
    return MoneyOut(amount=money.amount, currency=money.currency)


def cursor_page(
    request: HttpRequest, page: Page[Row], render: Callable[[Row], Any]
) -> dict[str, Any]:
    """Return a page as the API shows it; the answer gets a Link header to the next one."""
    if page.next_cursor is not None:
        query = request.GET.copy()
        query["cursor"] = page.next_cursor
        setattr(request, _NEXT, f"{request.path}?{urlencode(list(query.lists()), doseq=True)}")
    return {"items": [render(row) for row in page.items], "next_cursor": page.next_cursor}


def put_link_header(request: HttpRequest, response: HttpResponse) -> None:
    """Add the Link header of the page that was made for this request (RFC 8288)."""
    address = getattr(request, _NEXT, None)
    if address is not None and response.status_code == 200:
        response["Link"] = f'<{address}>; rel="next"'
