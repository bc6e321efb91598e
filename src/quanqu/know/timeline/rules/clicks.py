"""Which advertiser's click id an address carries.

Source: the parameters that the networks append to landing pages; docs/rules/channels.md#click-ids.
"""

import re
from typing import Any, Final

__all__ = ["CLICK_IDS", "click_id_of"]

CLICK_IDS: Final = (
    "gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id",
    "epik", "yclid", "ScCid", "rdt_cid", "irclickid", "bd_vid", "qz_gdt", "gdt_vid", "clickid",
)  # fmt: skip
_FOUND: Final = re.compile(r"[?&](" + "|".join(CLICK_IDS) + r")=[^&#]")


def click_id_of(address: Any) -> str:
    """Return the name of the first click id in a query string or an address, or empty text."""
    if not isinstance(address, str) or "=" not in address:
        return ""
    found = _FOUND.search(address if "?" in address else f"?{address}")
    return found.group(1) if found else ""
