"""What people do all day, with mouse and keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import PASSWORD, Open
from tests.browser.test_access import faults
from tests.builders.console import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def rows(page: Page) -> int:
    return page.locator("[data-list] tbody tr").count()


def test_a_stranger_signs_in_with_a_password_and_out_again(
    browser: Browser, address: str, group: World
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    told = []
    for path in ("/nowhere-at-all", "/account/link/none", "/orders"):
        page.goto(path)
        told += faults(page)

    assert told == []
    page.get_by_label("E-mail address").fill(group.owner.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_url("**/orders")
    page.locator("summary[aria-label='Me']").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/orders")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()


def test_a_list_is_worked_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.goto("/customers")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[data-cursor]")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("[data-bulk] [data-picked]")).to_have_text("1")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/cus_*")
    page.goto("/customers")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("ada@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers?q=*")
    expect(page.locator("[data-search]")).to_have_value("ada@example.com")
    expect(page.locator("[data-list] tbody tr")).to_have_count(1)
    assert "ada" not in page.url
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")


def test_a_decision_is_taken_back_from_its_toast(open_page: Open) -> None:
    page = open_page()
    page.goto("/products/audit")
    before = rows(page)

    page.get_by_label("Select this row").first.check()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("[data-list] tbody tr")).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("[data-list] tbody tr")).to_have_count(before)
    expect(page.get_by_role("status").first).to_contain_text("Undone")


def test_control_k_finds_an_order_and_opens_it(open_page: Open) -> None:
    page = open_page()

    page.keyboard.press("Control+k")
    page.keyboard.type("STORE003")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("STORE003")
    page.keyboard.press("Enter")

    page.wait_for_url("**/orders/ord_*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("STORE003")


def test_scope_and_period_live_in_the_address_and_come_along(open_page: Open, group: World) -> None:
    page = open_page()

    page.locator("summary[aria-label^='Part of the group']").click()
    page.get_by_role("link", name=re.compile("Company hearth")).click()
    page.wait_for_url("**scope=cmp_*")
    page.locator("summary[aria-label^='Period']").click()
    page.get_by_role("link", name=re.compile("Last 90 days")).click()
    page.wait_for_url("**from=*")
    page.get_by_role("link", name="Orders", exact=True).first.click()

    page.wait_for_url("**/orders?scope=cmp_*from=*")
    expect(page.locator(".filter-chip.on")).to_contain_text("Business day")


def test_a_figure_leads_down_to_its_rows(open_page: Open) -> None:
    page = open_page()

    page.get_by_role("link", name=re.compile("^Orders\\s+\\d")).first.click()
    page.wait_for_url("**/learn/metrics/orders*")
    page.get_by_role("cell").get_by_role("link").last.click()

    page.wait_for_url("**/orders?*from=*")
    assert rows(page) > 0


def test_the_names_above_a_chart_get_the_rows_they_need(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto("/")
    ask = (
        "names => import('/static/console/js/chart_option.js')"
        ".then((made) => made.legendHeight(names, 340))"
    )

    one, two, three = (
        page.evaluate(ask, names)
        for names in (
            ["Web shop", "Store"],
            ["Share of members expected", "Share of members found"],
            [
                "本期",
                "Web shop",
                "Marketplace of others",
                "小程序商城",
                "门店",
                "Mini-program of ours",
                "Television shopping at night",
                "Phone orders taken by agents",
            ],
        )
    )

    assert 0 < one < two < three


def test_a_chart_is_drawn_when_seen_and_has_its_table_and_file(open_page: Open) -> None:
    page = open_page()
    card = page.locator("[data-chart-card]").first
    expect(card.locator("[data-chart] svg")).to_be_visible(timeout=15_000)

    card.get_by_role("button", name="Show as a table").click()
    expect(card.get_by_role("table")).to_be_visible()
    with page.expect_download() as waiting:
        card.get_by_role("button", name="Download the figures").click()

    text = Path(waiting.value.path()).read_text("utf-8-sig")
    assert len(text.splitlines()) == card.get_by_role("row").count()


def test_an_audience_is_built_with_a_live_count_undo_and_words(open_page: Open) -> None:
    page = open_page()
    page.goto("/audiences/new")
    count = page.locator("[data-count]")
    page.get_by_role("button", name="Bought again").click()
    expect(count).to_have_text(re.compile(r"\d"))
    before = count.inner_text()
    expect(page.locator("[data-sample] li").first).to_be_visible()

    page.get_by_role("button", name="Profile condition").click()
    expect(count).to_have_text("–")
    field = page.get_by_role("combobox", name="Field")
    field.fill("tag")
    page.get_by_role("option", name="Tags").click()
    page.get_by_label("Comparison").last.select_option("exists")
    expect(count).to_have_text("0")
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    expect(count).to_have_text(before)
    expect(page.locator("[data-sentence]")).to_contain_text("Order completed")
    page.get_by_label("Name", exact=True).fill("Buyers")
    page.get_by_role("button", name="Save the audience").click()

    page.wait_for_url("**/audiences/aud_*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Buyers")


def test_values_are_chosen_by_keyboard_from_what_is_in_the_data(open_page: Open) -> None:
    page = open_page()
    page.goto("/audiences/new")
    page.get_by_role("button", name="Event condition").click()
    page.get_by_role("button", name="Where").click()
    field = page.get_by_role("combobox", name="Field")
    field.fill("channel")
    expect(page.get_by_role("option", name="Channel")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")

    value = page.get_by_role("combobox", name="Value")
    value.click()
    expect(page.get_by_role("option", name=re.compile(r"Store \d+"))).to_be_visible()
    value.fill("store")
    value.press("Enter")

    expect(page.locator("[data-sentence]")).to_contain_text("channel is “Store”")
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"\d"))


def test_a_builder_keeps_a_draft_and_says_what_is_wrong(open_page: Open) -> None:
    page = open_page()
    page.goto("/audiences/new")
    page.get_by_role("button", name="Event condition").click()
    page.get_by_label("Value").first.fill("many")
    page.get_by_label("Value").first.blur()

    expect(page.locator(".condition.wrong")).to_have_count(1)
    expect(page.get_by_label("Value").first).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Save the audience")).to_be_disabled()
    page.reload()
    page.get_by_role("button", name="Take it up").click()
    expect(page.get_by_label("Value").first).to_have_value("many")


def test_a_file_is_imported_dry_step_by_step(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(
        "Receipt,Date,SKU,Qty,Unit price,Phone\nR-1,2026-11-01 10:20,SKU-1,2,12.50,+441632960001\n"
    )
    page = open_page()
    page.goto("/imports/new")

    page.get_by_role("button", name="Go on").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("[data-file]")).to_contain_text("till.csv")
    page.get_by_label("Where did it happen?").select_option(index=2)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/columns*")
    expect(page.get_by_label("What Qty becomes")).to_have_value("quantity")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/check*")
    expect(page.locator(".banner")).to_contain_text("1 fit")
    page.get_by_role("button", name="Try the whole file dry").click()

    page.wait_for_url("**/imports/imp_*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("till.csv")


def test_bulk_tags_are_confirmed_by_a_toast(open_page: Open) -> None:
    page = open_page()
    page.goto("/customers")

    page.get_by_label("Select every row of this page").check()
    page.get_by_label("Tag", exact=True).fill("autumn")
    page.get_by_role("button", name="Add tag").click()

    expect(page.get_by_role("status").first).to_contain_text("tagged autumn")
    page.goto("/customers?tag=autumn")
    assert rows(page) == 6


def test_theme_and_folded_navigation_are_remembered(open_page: Open) -> None:
    page = open_page(color_scheme="light")

    page.locator("summary[aria-label='Me']").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_load_state()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    page.keyboard.press("[")
    page.reload()

    expect(page.locator("html")).to_have_class(re.compile("nav-folded"))
    page.locator("summary[aria-label='Me']").click()
    page.get_by_role("button", name="As the system").click()
    expect(page.locator("html")).not_to_have_class(re.compile("dark"))


def test_contact_data_is_revealed_on_request(open_page: Open, group: World) -> None:
    page = open_page()
    page.goto(f"/customers/{group.customer_id}")

    page.get_by_role("button", name="Reveal contact data").click()

    expect(page.locator("#revealed")).to_contain_text(re.compile(r"[a-z]{3}@example\.com"))
    expect(page.locator("#revealed")).to_contain_text("the trail keeps that you looked")


def test_the_live_tail_pauses_and_goes_on(open_page: Open) -> None:
    page = open_page()
    page.goto("/timeline/live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    with page.expect_response(re.compile("/timeline/live/tail")):
        pass
    page.get_by_role("button", name="Pause").click()
    asked.clear()
    page.wait_for_timeout(2_600)

    assert [url for url in asked if "tail" in url] == []
    page.get_by_role("button", name="Go on").click()
    with page.expect_response(re.compile("/timeline/live/tail")):
        pass
