"""Tell whether a text or a document speaks of somebody: by its values, whole, in normal form."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from quanqu.kernel.text import normal_text

_SHORTEST: Final = 4
_PHONE: Final = re.compile(r"\+?[\d\s().\-]{7,24}")
_NATIONAL_DIGITS: Final = 9
_NUMBER: Final = re.compile(r"\d{1,7}")
_NAMES_ONE: Final = re.compile(
    r"id$|^id|user|customer|member|buyer|card|client|person|会员|客户|用户|买家", re.IGNORECASE
)
_DEEPEST: Final = 40


class Matcher:
    """Finds documents in which one of some people's values stands.

    A value is compared whole, in lower case, without the namespace in front; telephone numbers by
    their last nine digits, since they are written with and without the country.  Values of fewer
    than four characters are not looked for, and those of up to seven digits only under a key that
    names a person or an id: elsewhere they would be prices and quantities.
    """

    def __init__(self, values: frozenset[str]) -> None:
        plain = {_normal(form) for value in values for form in (value, value.partition(":")[2])}
        self._values = {value for value in plain if len(value) >= _SHORTEST}
        self._phones = {found for value in values if (found := _phone_tail(value))}

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to look for."""
        return not self._values and not self._phones

    def matches_text(self, text: str) -> bool:
        """Tell whether a JSON text, or a plain one, holds one of the values."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return self.matches(re.split(r"[\s,;|&=\"'<>]+", text)) or self.matches(text)
        return self.matches(found)

    def matches(self, document: Any) -> bool:
        """Tell whether a decoded document holds one of the values as a key or a leaf."""
        return any(self._is_one(key, leaf) for key, leaf in _leaves(document, "", 0))

    def _is_one(self, key: str, leaf: str) -> bool:
        normal = _normal(leaf)
        for form in (normal, normal.partition(":")[2]):
            if form in self._values and (not _NUMBER.fullmatch(form) or _NAMES_ONE.search(key)):
                return True
        tail = _phone_tail(leaf)
        return tail is not None and tail in self._phones


def _normal(text: str) -> str:
    return normal_text(text).lower()


def _phone_tail(text: str) -> str | None:
    bare = text.partition(":")[2] if re.match(r"[A-Z]{2}:", text) else text
    if not _PHONE.fullmatch(bare):
        return None
    digits = "".join(letter for letter in bare if letter.isdigit())
    return digits[-_NATIONAL_DIGITS:] if len(digits) >= _NATIONAL_DIGITS else None


def _leaves(document: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(document, str):
        yield key, document
        if document[:1] in ("{", "["):  # JSON in JSON: properties are often handed on as text
            yield from _leaves(_decoded(document), key, depth + 1)
    elif isinstance(document, int) and not isinstance(document, bool):
        yield key, str(document)
    elif depth >= _DEEPEST:
        return
    elif isinstance(document, dict):
        for name, value in document.items():
            yield key, str(name)
            yield from _leaves(value, str(name), depth + 1)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from _leaves(value, key, depth + 1)


def _decoded(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None
