"""Refusals of the rooms are said in the reader's language."""

from importlib import import_module
from string import Formatter

import pytest
from django.conf import settings
from django.utils import translation

from quanqu.doors.connectors.contracts import MissingColumnError
from quanqu.doors.console.kit.refusal_words import REFUSALS, said
from quanqu.kernel.errors import QuanquError, RefusedError

_MESSAGE = {"{message}", "{reason}"}
_ROOMS = ("quanqu.doors.", "quanqu.know.", "quanqu.learn.", "quanqu.sell.", "quanqu.kernel.")


def errors(kind: type[QuanquError] = QuanquError) -> set[type[QuanquError]]:
    return {kind}.union(*(errors(one) for one in kind.__subclasses__()))


def holes(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name}


def test_every_refusal_of_a_room_has_its_words() -> None:
    import_module(settings.ROOT_URLCONF)  # and with it every room
    spoken = {one.template for one in errors() if one.__module__.startswith(_ROOMS)}
    known = {one.template for one in errors()}

    assert spoken - _MESSAGE - set(REFUSALS) == set()
    assert set(REFUSALS) - known == set()


@pytest.mark.parametrize("template", REFUSALS)
def test_the_words_keep_what_they_speak_of(template: str) -> None:
    with translation.override("zh-hans"):
        told = translation.gettext(template)

    assert told != template
    assert holes(told) == holes(template)


def test_a_refusal_speaks_by_its_template_or_for_itself() -> None:
    error = MissingColumnError(file="a.csv", columns="sku", mapping="own")
    own = RefusedError("Not today.")

    with translation.override("en"):
        assert said(error) == str(error)
    with translation.override("zh-hans"):
        assert said(error) == "a.csv 缺少映射 own 所需的列 sku。"
        assert said(own) == "Not today."
