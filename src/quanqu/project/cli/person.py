"""`quanqu person`: people who sign in."""

from dataclasses import asdict

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.contracts import PersonFilters, PersonInfo, RoleCode, RoleGrant
from quanqu.project.cli.frame import emit, json_option
from quanqu.project.cli.units import find_unit

ROLES = click.Choice([role.value for role in RoleCode])


@click.group()
def person() -> None:
    """Add people and see who there is."""


@person.command()
@click.argument("email")
@click.option("--name", required=True, help="As the person writes it.")
@click.option("--role", type=ROLES, required=True)
@click.option("--unit", default="group", show_default=True, help="An id, a code, or COMPANY/PLACE.")
@json_option
def create(email: str, name: str, role: str, unit: str, as_json: bool) -> None:
    """Add a person with a first role; `quanqu login-link` lets them in."""
    grant = RoleGrant(RoleCode(role), find_unit(unit).id)
    made = facade.create_person(actor=SYSTEM, email=email, name=name, grant=grant, now=utc_now())
    emit(
        asdict(made),
        as_json=as_json,
        text=f"{made.name} ({made.id}) is {role}. Let them in with: quanqu login-link {email}",
    )


@person.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show everybody and their roles."""
    found: list[PersonInfo] = []
    cursor = None
    while True:
        page = facade.list_people(
            actor=SYSTEM, filters=PersonFilters(), now=utc_now(), cursor=cursor, limit=200
        )
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    text = "\n".join(map(_line, found)) or "None."
    emit([asdict(one) for one in found], as_json=as_json, text=text)


@person.command()
@click.argument("email")
@json_option
def deactivate(email: str, as_json: bool) -> None:
    """Shut the door to a person at once."""
    found = find(email)
    changed = facade.change_person(actor=SYSTEM, person_id=found.id, is_active=False, now=utc_now())
    emit(asdict(changed), as_json=as_json, text=f"{changed.name} can no longer sign in.")


def find(ref: str) -> PersonInfo:
    """Return the person of an id or an e-mail address. Raises: PersonNotFoundError."""
    if ref.startswith("per_"):
        return facade.get_person(actor=SYSTEM, person_id=ref, now=utc_now())
    return facade.get_person_by_email(email=ref, now=utc_now())


def _line(one: PersonInfo) -> str:
    roles = ", ".join(f"{held.role.value} of {held.unit_name}" for held in one.assignments)
    state = "" if one.is_active else " (shut out)"
    return f"{one.id}  {one.email}  {one.name}{state}  {roles or 'no role'}"
