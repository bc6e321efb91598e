"""Every permission that is asked for anywhere can be granted, and none is granted in vain."""

import re
from pathlib import Path

from quanqu.know.org.contracts import PERMISSIONS

SOURCE = Path(__file__).parents[3] / "src" / "quanqu"
CODE = r'"([a-z]+\.[a-z_]+)"'
ASKED = re.compile(rf"(?:\.require|\.scope|\.can)\(\s*{CODE}|permission={CODE}")


def test_every_permission_asked_for_exists() -> None:
    asked = {
        found[0] or found[1]
        for path in SOURCE.rglob("*.py")
        for found in ASKED.findall(path.read_text("utf-8"))
    }

    assert {"org.view", "orders.view", "customers.view"} <= asked
    assert asked - PERMISSIONS == set()
