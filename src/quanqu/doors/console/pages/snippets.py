"""Lines to copy that send a first event to this very address."""

from django.http import HttpRequest

__all__ = ["script_snippet", "track_snippet"]

_BODY = (
    '{"userId": "test-1", "event": "Product Viewed", '
    '"properties": {"product_id": "P-1", "name": "Mug", "price": 9.9, "currency": "GBP"}}'
)


def track_snippet(request: HttpRequest, *, write_key: str = "") -> str:
    """Return a curl line for one event; without a key it holds a placeholder for it."""
    address = request.build_absolute_uri("/v1/track")
    return (
        f"curl -u '{write_key or '<WRITE_KEY>'}:' {address} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{_BODY}'"
    )


def script_snippet(request: HttpRequest, *, version: str, write_key: str = "") -> str:
    """Return the line that a web page needs to tell its events."""
    address = request.build_absolute_uri(f"/v1/qq.js?v={version}")
    return (
        f'<script async src="{address}"\n'
        f'        data-key="{write_key or "<WRITE_KEY>"}" data-consent="required"></script>'
    )
