"""The weight and the safety of what a page loads."""

import gzip
import re
from importlib.resources import files
from pathlib import Path

import django_htmx
import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src/quanqu"
STATIC = SOURCE / "doors/console/static"
TEMPLATES = sorted(
    path
    for folder in ("doors/console/templates", "templates")
    for path in (SOURCE / folder).rglob("*.html")
)
UNFOLD = {"skeleton.html"}


def test_the_scripts_of_a_page_stay_within_their_budget() -> None:
    own = [gzip.compress(path.read_bytes()) for path in (STATIC / "console/js").glob("*.js")]
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

    assert sum(map(len, own)) + len(gzip.compress(htmx.read_bytes())) <= 120_000


def test_the_chart_library_is_fetched_only_when_a_chart_is_seen() -> None:
    loading = (STATIC / "console/js/charts.js").read_text("utf-8")

    assert "import(address)" in loading
    assert not any(
        "echarts" in path.read_text("utf-8") for path in TEMPLATES if "chart" not in path.name
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_runs_inline_code_or_asks_another_host(path: Path) -> None:
    text = path.read_text("utf-8")

    scripts = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", text)
    assert scripts == []
    assert re.findall(r"\son[a-z]+=", text) == []
    assert "javascript:" not in text
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []
    if path.name not in UNFOLD:
        assert "x-data" not in text


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "console/icons.svg").read_text("utf-8")
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    texts = [path.read_text("utf-8") for path in TEMPLATES]
    texts += [path.read_text("utf-8") for path in (STATIC / "console/js").glob("*.js")]
    named = {name for text in texts for name in re.findall(r"{% icon \"([\w-]+)\"", text)}
    named |= {name for text in texts for name in re.findall(r"\bicon\(\"([\w-]+)\"\)", text)}

    assert named - there == set()


def test_vendored_files_bring_their_licences() -> None:
    assert (STATIC / "vendor/echarts/LICENSE").read_text("utf-8").strip()
    assert (STATIC / "console/icons.LICENSE").read_text("utf-8").strip()
    assert files("unfold").joinpath("static/unfold/fonts/inter/LICENSE").is_file()
