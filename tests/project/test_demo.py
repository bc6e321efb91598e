"""`demo` as a newcomer types it: from nothing to a signed-in overview, and the same again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pandas as pd
import pytest
from tests.project.newcomer import ask_everything

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import free_port, running_url
from quanqu.infra.supervisor.facade import answers
from quanqu.project.demo.load import DATA

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTING = ("adjust", "adjust2", "bank charges", "amazonfee", "s", "b", "cruk")
pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-demo-"))
    folder.chmod(0o711)
    yield open_home(folder)
    shutil.rmtree(folder)


def begin(home: Home, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "quanqu.project.cli", "demo", "--json", *arguments],
        env={**own_environment(), "QUANQU_HOME": str(home.root), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_one_command_leads_to_a_group_one_can_look_at(home: Home) -> None:
    demo = begin(home, "--port", str(free_port()))
    try:
        told = json.loads(demo.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
        wait_for_answer(demo, told["address"])
        page = sign_in(told["address"], told["sign_in"])
        ask_everything(told["address"], new_token(home), DATA)
    finally:
        demo.send_signal(signal.SIGTERM)
        _, log = demo.communicate(timeout=60)

    assert demo.returncode == 0, log
    assert running_url(home) is None
    assert told["seconds"]["total"] < 600
    assert told["revenue"]["web"] == [{"amount": sales_of_the_file(), "currency": "GBP"}]
    assert "store" in told["revenue"]
    assert "Net sales" in page

    again = begin(home, "--no-serve")
    out, log = again.communicate(timeout=120)
    assert again.returncode == 0, log
    counted = {name: told[name] for name in ("customers", "products", "orders", "events")}
    assert json.loads(out).items() >= {**counted, "revenue": told["revenue"]}.items()


def new_token(home: Home) -> str:
    """Make a token as the guide does."""
    order = ["token", "create", "--role", "analyst", "--scope", "group", "--json"]
    made = subprocess.run(
        [sys.executable, "-P", "-m", "quanqu.project.cli", *order],
        env={**own_environment(), "QUANQU_HOME": str(home.root), "PYTHONPATH": str(ROOT / "src")},
        check=True,
        capture_output=True,
        text=True,
    )
    return str(json.loads(made.stdout)["token"])


def own_environment() -> dict[str, str]:
    return {
        k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("QUANQU_")
    }


def wait_for_answer(demo: "subprocess.Popen[str]", address: str) -> None:
    deadline = time.monotonic() + 120
    while not answers(address):
        assert demo.poll() is None, demo.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)


def sign_in(address: str, link: str) -> str:
    """Follow the link as a browser does, and return the page one lands on."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = read(browser, Request(link))  # noqa: S310 - our own server
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[:1]
    body = urlencode({"csrfmiddlewaretoken": token}).encode()
    post = Request(link, data=body, headers={"Referer": link, "Origin": address})  # noqa: S310 - too
    return read(browser, post)


def read(browser: OpenerDirector, request: Request) -> str:
    with browser.open(request, timeout=60) as answer:
        text: Any = answer.read().decode()
        return str(text)


def sales_of_the_file() -> str:
    """Add the file up by itself: invoices less goods that came back, line by line, to the penny."""
    rows = pd.read_parquet(DATA)
    code, invoice = rows["StockCode"].astype(str).str.lower(), rows["Invoice"].astype(str)
    goods = ~code.isin([*ACCOUNTING, "test001", "test002"])
    sold = goods & ~invoice.str.startswith(("C", "A")) & ~((rows.Quantity < 0) & (rows.Price == 0))
    back = goods & invoice.str.startswith("C") & (rows.Quantity < 0)
    worth_e4 = rows.Quantity * (rows.Price * 10_000).round().astype("int64")
    minor = (worth_e4.abs() + 50) // 100 * worth_e4.map(lambda worth: (worth > 0) - (worth < 0))
    return str(Decimal(int(minor[sold].sum() + minor[back].sum())) / 100)
