"""Reasons that rooms give for one field are said in the reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.doors.console.test_refusal_words import errors, holes

import quanqu
from quanqu.doors.console.kit.reason_words import REASONS, said_reason
from quanqu.doors.console.kit.refusal_words import said
from quanqu.know.audiences.contracts import WebhookUrlError
from quanqu.know.org.contracts import OrgInputError

SOURCE = Path(quanqu.__file__).parent
SPOKEN = ("{field}: {reason}", "This address cannot be called: {reason}.")
OTHERS = {"RepairInputError", "WarehouseReadError", "LogFileError"}
# made up at run time: an engine's or a driver's own words, or of two of these
DYNAMIC = {
    "str(error)",
    "str(error) or type(error).__name__",
    "reason or type(error).__name__",
    "fault",
    "f'step {at}: {fault}'",
}


def _texts(node: ast.expr) -> str | None:
    """Return a text with its holes nameless; None where it is no text."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
        return "".join(map(str, parts))
    return None


def _reasons(kinds: set[str]) -> Iterator[tuple[Path, str | None, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text("utf-8")
        if "reason=" not in text or not any(kind in text for kind in kinds):
            continue
        for work in ast.walk(ast.parse(text)):
            if isinstance(work, ast.FunctionDef):
                for node, given in _given(work, kinds):
                    yield path, _texts(node), given


def _given(work: ast.FunctionDef, kinds: set[str]) -> Iterator[tuple[ast.expr, str]]:
    for call in ast.walk(work):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in kinds:
            for word in call.keywords:
                if word.arg == "reason":
                    texts = _assigned(work, word.value)
                    yield from ((one, ast.unparse(word.value)) for one in texts or [word.value])


def _assigned(work: ast.FunctionDef, node: ast.expr) -> list[ast.expr]:
    return [
        one.value
        for one in ast.walk(work)
        if isinstance(one, ast.Assign)
        and isinstance(node, ast.Name)
        and getattr(one.targets[0], "id", "") == node.id
        and _texts(one.value) is not None
    ]


def test_every_reason_of_a_field_has_its_words() -> None:
    kinds = {one.__name__ for one in errors() if one.template in SPOKEN} | OTHERS
    known = {re.sub(r"\{\w+\}", "{}", one) for one in REASONS}
    found = [
        (path.name, text or given)
        for path, text, given in _reasons(kinds)
        if text not in known and given not in DYNAMIC
    ]

    assert len(kinds) > 8
    assert len(list(_reasons(kinds))) > 60
    assert found == []


@pytest.mark.parametrize("template", REASONS)
def test_the_words_keep_what_they_speak_of_and_are_found_again(template: str) -> None:
    given = dict.fromkeys(holes(template), "17")
    with translation.override("zh-hans"):
        told = translation.gettext(template)
        said_so = said_reason(template.format(**given))

    assert told != template
    assert holes(told) == holes(template)
    assert said_so == told.format(**given)


def test_a_refusal_says_its_reason_in_the_readers_language() -> None:
    wrong = OrgInputError(field="name", reason="give 1 to 120 characters")
    url = WebhookUrlError(reason="it does not begin with https://")

    with translation.override("en"):
        assert said(wrong) == "name: give 1 to 120 characters"
    with translation.override("zh-hans"):
        assert said(wrong) == "name：请填写 1 到 120 个字符"
        assert said(url) == "无法调用此地址：须以 https:// 开头。"
        assert said_reason("nobody wrote this") == "nobody wrote this"


@pytest.mark.django_db
def test_a_form_says_it_beside_the_field(world: World) -> None:
    client: Client = signed_in(world.owner)
    client.post(reverse("console:preference"), {"language": "zh-hans"})
    form = {
        "currency": "CNY",
        "to_currency": "CNY",
        "rate": "1",
        "valid_on": "2026-01-01",
        "source": "PBoC",
    }

    answer = client.post(reverse("console:organisation"), form)

    assert answer.status_code == 422
    assert "请填写两种不同的货币" in answer.content.decode()
