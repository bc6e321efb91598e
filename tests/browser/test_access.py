"""Every page, for everybody: WCAG 2.2 AA by axe, light and dark, phone, Chinese, no overflow."""

from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.builders.console import World
from tests.builders.walks import console_routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def pages(group: World) -> list[str]:
    """Return the address of every page worth a look."""
    return [
        "/",
        "/customers",
        f"/customers/{group.customer_id}",
        "/audiences",
        "/audiences/new",
        "/audiences/exports",
        "/audiences/upload",
        "/customers/tag-list",
        "/customers/tag-list/new?kind=rule",
        "/customers/identity-rules",
        "/customers/breaches",
        "/learn/models",
        "/timeline",
        "/timeline/live",
        "/timeline/failed",
        "/timeline/violations",
        "/timeline/plan",
        "/timeline/plan/event?name=Product%20Viewed",
        "/learn/metrics",
        "/learn/metrics/net_sales",
        "/learn/metrics/orders?by=channel",
        "/learn/quality",
        "/products",
        "/products/audit",
        f"/products/{group.product_id}",
        "/orders",
        "/orders?q=nothing",
        "/search?q=WEB0",
        f"/orders/{group.order_id}",
        "/imports",
        "/imports/new",
        "/settings/profile",
        "/settings/organisation",
        "/settings/people",
        f"/settings/people/{group.viewer.id}",
        f"/settings/organisation/{group.places['web'].id}",
        f"/settings/organisation/{group.places['web'].company_id}/new",
        "/settings/keys",
        "/settings/sources",
        "/settings/audit",
        "/account/password/change/",
        "/account/2fa/",
        *(f"/{one}" for one in SELLING),
    ]


SELLING = (
    "stock", "stock/transfers", "stock/counts/new", "stock/rules", "stock/rules/new", "stock/kits",
    "stock/turnover", "purchases", "purchases/new", "suppliers", "replenishment", "orders/live",
    "fulfilment", "fulfilment/figures", "returns/new", "payments", "settlement", "sourcing",
    "quotes/new", "invoices/taxes", "intercompany", "carts",
)  # fmt: skip


def all_pages(group: World) -> list[str]:
    """Return the pages worth a look, and every other one that is about no single thing."""
    routes = [one for one in console_routes() if not one.path and one.body is None]
    everywhere = {f"/{one.template}" for one in routes} - {f"/{one}" for one in PARTS}
    return [*pages(group), *sorted(everywhere - set(pages(group)))]


PARTS = ("timeline/live/tail", "customers/tag-list/parts", "matching/progress")


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong, and whether the page is wider than its window."""
    page.wait_for_load_state("load")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    told = [
        f"{page.url}: {one['id']} {node['target']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth + 1"):
        told.append(f"{page.url}: wider than its window")
    return told


@pytest.mark.thorough
def test_every_page_is_accessible_in_both_themes(open_page: Open, group: World) -> None:
    told = []
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme, viewport={"width": 1280, "height": 800})
        for path in all_pages(group):
            page.goto(path)
            told += faults(page)

    assert told == []


def test_every_page_is_accessible_on_a_phone_in_chinese(open_page: Open, group: World) -> None:
    page = open_page(**PHONE)
    page.get_by_role("group").filter(has=page.locator(".avatar")).click()
    page.get_by_role("button", name="简体中文").last.click()

    told = []
    for path in pages(group):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "zh-hans"
        told += faults(page)

    page.goto("/")
    page.get_by_role("button", name="打开导航").click()
    told += faults(page)
    page.keyboard.press("Escape")
    page.goto("/settings/profile")
    page.locator("#id_language").select_option("en")
    page.get_by_role("button", name="保存").click()
    assert told == []
