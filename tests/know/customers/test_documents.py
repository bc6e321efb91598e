"""The worked example of docs/rules/identity.md, run."""

from pathlib import Path

import pytest
from tests.builders.customers import NOW, later, profile, resolve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import decrypt
from quanqu.know.customers.facade import (
    activate_draft,
    customers_by_key,
    run_activation,
    save_draft,
)
from quanqu.know.customers.models import Identifier

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "identity.md"


def _steps() -> list[tuple[str, str]]:
    cells = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]
    return [(row[1], row[2]) for row in cells]


def _customers() -> str:
    groups: dict[int, list[str]] = {}
    for row in Identifier.objects.all():
        value = decrypt(bytes(row.value_enc), purpose="identifier")
        groups.setdefault(row.customer_id, []).append(value)
    sets = sorted(sorted(group) for group in groups.values())
    return " ".join("{" + ", ".join(group) + "}" for group in sets)


def _ordered(customers: str) -> str:
    groups = [part.strip("{ ") for part in customers.split("}") if part.strip()]
    return " ".join("{" + group + "}" for group in sorted(groups, key=lambda g: g.split(", ")))


@pytest.mark.django_db
def test_the_worked_example_holds() -> None:
    steps = _steps()

    for seen, expected in steps:
        claims, minute = seen.rsplit("@", 1)
        pairs = [tuple(claim.strip().split(" ")) for claim in claims.split(",")]
        resolve([(type_, value) for type_, value in pairs], at=[later(int(minute))])
        assert _customers() == _ordered(expected)

    assert len(steps) == 7


def _told() -> list[list[str]]:
    text = DOCUMENT.read_text().split("| told of one identifier |")[1]
    lines = [line for line in text.split("\n\n")[0].splitlines()[2:] if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]


@pytest.mark.django_db
@pytest.mark.parametrize(("told", "rule", "city"), _told())
def test_the_value_that_survives(told: str, rule: str, city: str) -> None:
    (key,) = resolve({"member_id": "shop:1"})
    assert key is not None
    by, _, sources = rule.partition(" ")
    listed = [one.strip() for one in sources.split(",") if one.strip()]
    content = {"fields": {"city": {"by": by, "sources": listed}}}
    save_draft(actor=SYSTEM, content=content, now=NOW)
    run_activation(version=activate_draft(actor=SYSTEM, now=NOW).version, now=NOW)

    for one in told.split(","):
        source, value, minute = one.split()
        profile(key, at=later(int(minute[1:])), source=source, city=value)

    assert customers_by_key(actor=SYSTEM, customer_keys=[key])[key].city == city
