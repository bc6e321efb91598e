"""The script for web pages, as it is shipped."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

NAME: Final = "qq.js"


@dataclass(frozen=True, slots=True)
class BrowserScript:
    """The script as it is, packed, and the version that its text has."""

    text: bytes
    packed: bytes
    version: str


@cache
def browser_script() -> BrowserScript:
    """Return the script of this installation."""
    text = files("quanqu.know.timeline").joinpath("browser", NAME).read_bytes()
    version = hashlib.sha256(text).hexdigest()[:12]
    return BrowserScript(text, gzip.compress(text, 9, mtime=0), version)


def browser_script_version() -> str:
    """Return the version of the script: the first letters of its digest."""
    return browser_script().version
