"""Keeps direct personal data out of the lake: by the name of a field, and by how a text looks.

Source: docs/rules/timeline.md#personal-data.
"""

import json
import re
from functools import lru_cache
from typing import Any, Final

from quanqu.know.timeline.rules.personal import PERSON_OBJECTS, PERSONAL_ENDINGS, PERSONAL_KEYS

__all__ = ["PROPERTIES", "TRAITS", "normal_key", "scrub", "scrub_text", "scrubbed_json"]

PROPERTIES: Final[frozenset[str]] = frozenset()
TRAITS: Final = frozenset({"name", "title", "website", "description", "id"})
_DEVICE_KEYS: Final = frozenset({"id", "name"})
_PLAIN, _PERSONAL, _PERSON, _DEVICE = range(4)
_HARMLESS: Final = frozenset({int, float, bool, type(None)})
_SHORTEST_EMAIL: Final = 6

_SEPARATORS: Final = re.compile(r"[\s_\-.$]+")
_EMAIL: Final = re.compile(r"[^\s@\"'<>()/?&=:;,]+(?:@|%40)[^\s@\"'<>()/?&=:;,]+\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(
    r"(?<![\w.])(?:(?:\+|%2B)[1-9](?:(?:[ .()\-]|%20){0,2}\d){6,14}|1[3-9]\d{9})(?![\w])"
)
_SHORTEST_PHONE: Final = 8


def scrub(value: dict[str, Any], own: frozenset[str] = PROPERTIES) -> dict[str, Any]:
    """Return the object without personal data; the very same object when there was none.

    `own` adds field names (in normal form) that are personal at the top level of this object.
    """
    kept: dict[str, Any] | None = None
    for key, item in value.items():
        kind = _kind(key)
        if (kind and _is_personal(kind, item)) or (own and normal_key(key) in own):
            kept = dict(value) if kept is None else kept
            del kept[key]
            continue
        is_a = item.__class__
        if is_a in _HARMLESS or (is_a is str and len(item) < _SHORTEST_EMAIL):
            continue
        if is_a is str:
            clean = scrub_text(item)
        else:
            clean = _scrub_item(item, _DEVICE_KEYS if kind is _DEVICE else PROPERTIES)
        if clean is not item:
            kept = dict(value) if kept is None else kept
            kept[key] = clean
    return value if kept is None else kept


def scrub_text(text: str) -> str:
    """Return the text with e-mail addresses and phone numbers replaced by what they were."""
    if "@" in text or "%40" in text:
        text = _EMAIL.sub("[email]", text)
    if len(text) >= _SHORTEST_PHONE and _PHONE.search(text):
        text = _PHONE.sub("[phone]", text)
    return text


def scrubbed_json(text: str) -> str:
    """Return JSON text, laid out, without personal data; text that is no JSON is only scrubbed."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return scrub_text(text)
    clean = _scrub_item(value, PROPERTIES)
    return json.dumps(clean, ensure_ascii=False, indent=2)


def _scrub_item(item: Any, own: frozenset[str]) -> Any:
    if isinstance(item, str):
        return scrub_text(item)
    if isinstance(item, dict):
        return scrub(item, own)
    if isinstance(item, list):
        cleaned = [_scrub_item(part, PROPERTIES) for part in item]
        same = all(clean is part for clean, part in zip(cleaned, item, strict=True))
        return item if same else cleaned
    return item


@lru_cache(maxsize=65_536)
def normal_key(key: str) -> str:
    """Return a field's name in normal form: lower case, without separators."""
    return _SEPARATORS.sub("", key).lower()


@lru_cache(maxsize=65_536)
def _kind(key: str) -> int:
    normal = normal_key(key)
    if normal in PERSONAL_KEYS or normal.endswith(PERSONAL_ENDINGS) or "@" in key:
        return _PERSONAL
    if normal in PERSON_OBJECTS:
        return _PERSON
    return _DEVICE if normal == "device" else _PLAIN


def _is_personal(kind: int, item: Any) -> bool:
    return kind is _PERSONAL or (kind is _PERSON and isinstance(item, dict | list))
