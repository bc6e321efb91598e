"""`quanqu token`: API keys."""

from dataclasses import asdict
from datetime import datetime

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org import facade
from quanqu.know.org.contracts import ApiKeyInfo, IssuedApiKey, RoleCode, RoleGrant
from quanqu.project.cli.dates import MOMENT
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.cli.person import ROLES
from quanqu.project.cli.units import find_unit


@click.group()
def token() -> None:
    """Make, show, rotate and revoke API keys."""


@token.command()
@click.option("--name", default="operator", show_default=True, help="What it is for.")
@click.option("--role", type=ROLES, required=True)
@click.option(
    "--scope", default="group", show_default=True, help="An id, a code, or COMPANY/PLACE."
)
@click.option("--expires", type=MOMENT, help="30d, 12h, 2027-01-31 or an RFC 3339 time.")
@json_option
def create(name: str, role: str, scope: str, expires: datetime | None, as_json: bool) -> None:
    """Make a key. Its text is printed this once and kept nowhere."""
    grant = RoleGrant(RoleCode(role), find_unit(scope).id, expires)
    issued = facade.create_api_key(actor=SYSTEM, name=name, grant=grant, now=utc_now())
    _print_issued(issued, as_json=as_json)


@token.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show every key, never its text."""
    found: list[ApiKeyInfo] = []
    cursor = None
    while True:
        page = facade.list_api_keys(actor=SYSTEM, now=utc_now(), cursor=cursor, limit=200)
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    text = "\n".join(map(_line, found)) or "None."
    emit([asdict(key) for key in found], as_json=as_json, text=text)


@token.command()
@click.argument("key_id")
@click.option("--overlap", type=click.IntRange(0, 30 * 86_400), default=86_400, show_default=True)
@json_option
def rotate(key_id: str, overlap: int, as_json: bool) -> None:
    """Make a key in the place of KEY_ID, which works OVERLAP seconds more."""
    issued = facade.rotate_api_key(actor=SYSTEM, key_id=key_id, overlap_s=overlap, now=utc_now())
    _print_issued(issued, as_json=as_json)


@token.command()
@click.argument("key_id")
@json_option
def revoke(key_id: str, as_json: bool) -> None:
    """Stop KEY_ID at once."""
    info = facade.revoke_api_key(actor=SYSTEM, key_id=key_id, now=utc_now())
    emit(asdict(info), as_json=as_json, text=f"{info.prefix} is revoked.")


def _print_issued(issued: IssuedApiKey, *, as_json: bool) -> None:
    data = {**asdict(issued.info), "token": issued.token}
    emit(data, as_json=as_json, text=issued.token)
    note("Keep it: it is not shown again.")


def _line(key: ApiKeyInfo) -> str:
    until = f"until {format_time(key.expires_at)}" if key.expires_at else "no expiry"
    return (
        f"{key.id}  {key.prefix}  {key.name}  {key.role} of {key.unit_name}  {key.state}, {until}"
    )
