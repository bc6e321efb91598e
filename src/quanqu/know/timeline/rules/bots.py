"""Which user agents are robots. Source: docs/rules/sources.md#robots."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["BOT_PATTERNS", "is_bot"]

BOT_PATTERNS: Final = (
    r"(?<!cu)bot\b", r"(?<!cu)bot[/;_-]", "spider", "crawl", "slurp",
    "archiver", "facebookexternalhit",
    "mediapartners-google", "google-inspectiontool", "lighthouse", "pagespeed", "headlesschrome",
    "phantomjs", "selenium", "puppeteer", "playwright", "python-requests", "python-urllib",
    "aiohttp", r"httpx?[/ -]client", r"\bcurl/", r"\bwget/", r"\blibwww", r"\bjava/",
    "go-http-client", "okhttp/[0-9.]+$", "apache-httpclient",
    "scrapy", "uptime", "pingdom", "statuscake",
    "monitoring", "preview", "validator", "feedfetcher", "bytespider", "ahrefs", "semrush",
)  # fmt: skip
_BOT: Final = re.compile("|".join(BOT_PATTERNS), re.IGNORECASE)


@lru_cache(maxsize=65_536)
def is_bot(user_agent: str) -> bool:
    """Tell whether a user agent names itself a robot; an empty one does not."""
    return bool(_BOT.search(user_agent))
