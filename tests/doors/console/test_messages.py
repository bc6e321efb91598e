"""Both languages are complete."""

import pytest

from tools import messages


def test_every_string_has_its_chinese_and_the_compiled_catalogue_is_current() -> None:
    assert messages.problems() == []


def test_chinese_uses_full_width_punctuation_after_han() -> None:
    held = messages.read_po(messages.CATALOGUE.read_text("utf-8"))
    plain = [
        one.translation
        for one in held.values()
        if any(
            "\u4e00" <= a <= "\u9fff" and b in ",;!?"
            for a, b in zip(one.translation, one.translation[1:], strict=False)
        )
    ]

    assert plain == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('from django.utils.translation import gettext as _\n_("A")', [("", "A", "")]),
        (
            "from django.utils.translation import ngettext\nngettext('a', 'b', 2)",
            [("", "a", "b")],
        ),
        (
            "from django.utils.translation import pgettext_lazy as p\np('x', 'A')",
            [("x", "A", "")],
        ),
        ('_("not ours")', []),
    ],
)
def test_strings_are_found_in_python(source: str, expected: list[tuple[str, str, str]]) -> None:
    found = messages._from_python(messages.ast.parse(source))

    assert [(one.context, one.text, one.plural) for one in found] == expected


def test_a_catalogue_reads_back_as_it_was_written() -> None:
    one = messages.Message("ctx", 'say "hi"\n%(n)s', "more", {"a.py"}, '说"好"\n%(n)s')

    back = messages.read_po(messages.write_po({one.key: one}))

    assert back[one.key].translation == one.translation
    assert back[one.key].plural == "more"
