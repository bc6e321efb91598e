"""Reads lines of web servers' access logs. Source: docs/rules/logs.md.

Formats: nginx `log_format` (ngx_http_log_module) and Apache `LogFormat` (mod_log_config).
"""

import re
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from quanqu.know.timeline.contracts import LogFormatError
from quanqu.know.timeline.rules.clicks import CLICK_IDS

COMBINED: Final = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
    ' "$http_referer" "$http_user_agent"'
)
MAX_LINE_BYTES: Final = 65_536
MAX_FORMAT_CHARS: Final = 2_000
_NEEDED: Final = "time_local or time_iso8601, and request or request_uri"
_APACHE: Final = {
    "%h": "$remote_addr", "%a": "$remote_addr", "%l": "$ignored", "%u": "$remote_user",
    "%t": "[$time_local]", "%r": "$request", "%s": "$status", "%>s": "$status",
    "%b": "$body_bytes_sent", "%O": "$body_bytes_sent", "%D": "$ignored", "%T": "$ignored",
    "%v": "$host", "%V": "$host", "%p": "$ignored", "%m": "$request_method", "%U": "$request_uri",
    "%H": "$ignored", "%{Referer}i": "$http_referer", "%{User-Agent}i": "$http_user_agent",
    "%{User-agent}i": "$http_user_agent", "%{Host}i": "$host",
    "%{qq_aid}C": "$cookie_qq_aid",
}  # fmt: skip
_APACHE_TOKEN: Final = re.compile(r"%(?:\{[^}]+\}[a-zA-Z]|>?[a-zA-Z])")
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_ASSET: Final = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|json|xml|txt)$",
    re.IGNORECASE,
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_KEPT_QUERY: Final = frozenset(CLICK_IDS)
_MAX_TEXT: Final = 256


class LogLine(NamedTuple):
    """What one line tells; `address` is used for the visitor and never kept."""

    at: datetime
    method: str
    path: str
    search: str
    status: int
    referrer: str
    agent: str
    address: str
    host: str
    visitor: str


def line_pattern(log_format: str) -> re.Pattern[str]:
    """Return the expression that reads lines of a format. Raises: LogFormatError."""
    if not 0 < len(log_format) <= MAX_FORMAT_CHARS:
        raise LogFormatError(reason=f"it has 1 to {MAX_FORMAT_CHARS} characters")
    text = _APACHE_TOKEN.sub(_from_apache, log_format) if "%" in log_format else log_format
    parts, at, seen = [], 0, set()
    for found in _VARIABLE.finditer(text):
        name = found[1] or found[2]
        parts.append(re.escape(text[at : found.start()]))
        following = text[found.end() : found.end() + 1]
        value = f"[^{re.escape(following)}]*" if following else ".*"
        if following == '"':
            value = r'(?:[^"\\]|\\.)*'
        parts.append(f"(?:{value})" if name in seen else f"(?P<{name}>{value})")
        seen.add(name)
        at = found.end()
    parts.append(re.escape(text[at:]))
    has_time = seen & {"time_local", "time_iso8601"}
    if not has_time or not seen & {"request", "request_uri"}:
        raise LogFormatError(reason=f"it needs {_NEEDED}")
    return re.compile("".join(parts))


def read_line(line: str, pattern: re.Pattern[str]) -> LogLine | str:
    """Return what a line tells, or why it cannot be read."""
    found = pattern.fullmatch(line)
    if found is None:
        return "the line has not the format"
    told = {name: "" if value == "-" else value for name, value in found.groupdict("").items()}
    at = _moment(told)
    if at is None:
        return "the time cannot be read"
    request = told.get("request", "").split(" ")
    method = told.get("request_method") or request[0]
    target = told.get("request_uri") or (request[1] if len(request) > 1 else "")
    if method not in _METHODS or not target.startswith("/"):
        return "it is no request of a path"
    path, _, query = target.partition("?")
    status = told.get("status", "")
    return LogLine(
        at,
        method,
        path[:_MAX_TEXT],
        kept_search(query),
        int(status) if status.isdecimal() else 0,
        told.get("http_referer", ""),
        told.get("http_user_agent", "")[:1_000],
        told.get("remote_addr", ""),
        told.get("host", ""),
        told.get("cookie_qq_aid", "")[:64],
    )


def is_asset(line: LogLine) -> bool:
    """Tell whether a request is for a part of a page rather than a page."""
    return bool(_ASSET.search(line.path))


def event_of(line: LogLine, *, message_id: str, visitor: str) -> dict[str, Any]:
    """Return the event of a line: a page call for a page that was shown, else `Request Logged`."""
    host = f"https://{line.host}" if line.host else ""
    page = {
        "path": line.path,
        "search": line.search,
        "referrer": _without_query(line.referrer),
        **({"url": f"{host}{line.path}{line.search}"} if host else {}),
    }
    is_page = line.method == "GET" and 200 <= line.status < 400
    facts = {"method": line.method, "status": line.status, "path": line.path}
    return {
        "messageId": message_id,
        "anonymousId": visitor,
        "timestamp": line.at.isoformat(),
        "context": {"page": page, "userAgent": line.agent, "campaign": _campaign(line.search)},
        **(
            {"type": "page", "properties": {**facts, "search": line.search}}
            if is_page
            else {"type": "track", "event": "Request Logged", "properties": facts}
        ),
    }


def kept_search(query: str) -> str:
    """Return the part of a query string that tells a campaign or a click; nothing else is kept."""
    kept = [
        (name, value[:_MAX_TEXT])
        for name, value in parse_qsl(query[:4_000])
        if name.startswith("utm_") or name in _KEPT_QUERY
    ]
    return f"?{urlencode(kept)}" if kept else ""


def _campaign(search: str) -> dict[str, str]:
    told = dict(parse_qsl(search.removeprefix("?")))
    names = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name"}
    return {short: told[long] for long, short in names.items() if long in told}


def _from_apache(found: re.Match[str]) -> str:
    token = found[0]
    if token in _APACHE:
        return _APACHE[token]
    return "$ignored"


def _moment(told: dict[str, str]) -> datetime | None:
    try:
        if told.get("time_iso8601"):
            return datetime.fromisoformat(told["time_iso8601"])
        # the names of months are English in logs, whatever the machine's language
        day, month, rest = told["time_local"].split("/", 2)
        year, clock = rest.split(":", 1)
        number = _MONTHS.index(month) + 1
        time, _, offset = clock.partition(" ")
        zone = f"{offset[:3]}:{offset[3:]}" if offset else "+00:00"
        return datetime.fromisoformat(f"{year}-{number:02d}-{day}T{time}{zone}")
    except ValueError:
        return None


def _without_query(referrer: str) -> str:
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}"[:1_000] if parts.netloc else ""


_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
